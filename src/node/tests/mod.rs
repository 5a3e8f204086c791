//! The agent as a whole, on hosts and in a cluster that are doubles.

mod addons;
mod announced;
mod convergence;
pub(super) mod fake;
mod kubeadm;
mod refusals;
mod roles;

use super::configuration::{
    Addon, Bootstrap, Endpoint, Ingress, Install, Kubeadm, NodeAddress, NodeConfiguration, Patch, PatchKind,
    Peer, Role, When,
};

/// A host of the book's cluster: `host01`, `host02` or `host04` by role.
pub fn configuration(role: Role) -> NodeConfiguration {
    let first = role == Role::FirstControlPlane;
    let (name, address) = match role {
        Role::FirstControlPlane => ("host01", [192, 168, 61, 11]),
        Role::ControlPlane => ("host02", [192, 168, 61, 12]),
        Role::Worker => ("host04", [192, 168, 61, 14]),
    };
    let hosts = vec![peer("host01", 11, true), peer("host02", 12, true), peer("host04", 14, false)];
    NodeConfiguration {
        schema: 1,
        cluster: "book".into(),
        name: name.into(),
        role,
        bootstrap: Bootstrap::Auto,
        kubernetes_version: "1.20.2".into(),
        address: NodeAddress::Fixed(address.into()),
        endpoint: Endpoint {
            address: "192.168.61.10".into(),
            port: 6443,
            api_port: 6443,
            unit: (role != Role::Worker).then(|| "keepalived.service".into()),
            handover: first.then(|| "/etc/kubernetes/manifests/kube-vip.yaml".into()),
        },
        kubeadm: kubeadm_of(first),
        images: vec!["registry.test/pause:3.2".into(), "registry.test/kube-proxy:v1.20.2".into()],
        predecessors: if role == Role::ControlPlane { vec![hosts[0].clone()] } else { Vec::new() },
        hosts,
        pool_networks: Vec::new(),
        addons: if first { vec![addon()] } else { Vec::new() },
        ingress: first.then(ingress),
        install: install(first),
        remove: vec!["/root/rendered-secret".into()],
        ec2: None,
    }
}

fn peer(name: &str, last: u8, control_plane: bool) -> Peer {
    Peer { name: name.into(), addresses: vec![[192, 168, 61, last].into()], control_plane }
}

fn kubeadm_of(first: bool) -> Kubeadm {
    let phases = [
        "kubelet-start",
        "certs all",
        "kubeconfig all",
        "control-plane all",
        "etcd local",
        "upload-config all",
        "mark-control-plane",
        "bootstrap-token",
        "addon kube-proxy",
    ];
    let words = |phase: &&str| phase.split(' ').map(str::to_owned).collect();
    Kubeadm {
        init_phases: if first { phases.iter().map(words).collect() } else { Vec::new() },
        skip_init_phases: vec!["preflight".into()],
        skip_join_phases: vec!["preflight".into()],
        ignore_preflight_errors: vec!["Swap".into()],
        arguments: Vec::new(),
    }
}

fn addon() -> Addon {
    Addon {
        name: "calico".into(),
        manifests: vec!["/etc/kubernetes/components/calico.yaml".into()],
        patches: vec![Patch {
            resource: "deployment/calico-typha".into(),
            namespace: Some("calico-system".into()),
            kind: PatchKind::Merge,
            patch: serde_json::json!({"spec": {"replicas": 1}}),
        }],
        wait: vec![vec!["--for=condition=Ready".into(), "node/host01".into()]],
        rollout: vec![vec!["status".into(), "deployment/calico-typha".into()]],
    }
}

fn ingress() -> Ingress {
    Ingress {
        class: "nginx".into(),
        namespace: "ingress-nginx".into(),
        service: "ingress-nginx-controller".into(),
        node_ports: [("http".to_owned(), 80)].into(),
    }
}

fn install(first: bool) -> Vec<Install> {
    let file = |from: &str, to: &str, when| Install { from: from.into(), to: to.into(), mode: 0o600, when };
    let mut files = vec![file("k8s-all", "/opt/k8s-all", When::AfterKubeadm)];
    if first {
        files.push(file("kube-vip.yaml", "/etc/kubernetes/manifests/kube-vip.yaml", When::BeforeKubeadm));
    }
    files
}
