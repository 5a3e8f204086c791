//! A cluster like the book's for tests: three control planes, a worker, a pool.

use super::Scope;
use crate::addon::AddonRecord;
use crate::architecture::Architecture;
use crate::bake::{ImageRecord, KubernetesRecord};
use crate::cluster::{
    Cluster, Endpoint, ExtraArguments, Host, KubeadmPatches, Network, PatchTarget, Platform, PodNetworking,
    Pool, Provider, Role, Subnet,
};
use crate::digest::Sha256;
use crate::kube::quirks;
use crate::kube::version::of_minor;
use crate::node::configuration::Bootstrap;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

/// The digest that no key has.
pub const HASH: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
/// Well-formed and plainly nobody's.
pub const TOKEN: &str = "testin.0123456789abcdef";

/// The book's cluster.
pub fn cluster() -> Cluster {
    let roles = [Role::ControlPlane, Role::ControlPlane, Role::ControlPlane, Role::Worker];
    let hosts = (1..).zip(roles).map(|(number, role)| host(number, role)).collect();
    let pool = Pool {
        network: Network { address: Ipv4Addr::new(192, 168, 62, 0), prefix: 24 },
        labels: BTreeMap::from([("example.org/pool".to_owned(), "batch".to_owned())]),
        kubelet_arguments: BTreeMap::new(),
    };
    Cluster {
        name: "book".into(),
        directory: "clusters".into(),
        image: "debian-13".into(),
        platform: Platform::Nocloud,
        endpoint: Endpoint {
            address: "192.168.61.10".into(),
            port: 6443,
            provider: Provider::KubeVip,
            virtual_router_id: 61,
        },
        pod_network: Network { address: Ipv4Addr::new(172, 31, 0, 0), prefix: 16 },
        service_network: Network { address: Ipv4Addr::new(10, 96, 0, 0), prefix: 12 },
        node_ports: (80, 32767),
        dns_domain: "cluster.local".into(),
        network: PodNetworking::Calico,
        taints: Some(Vec::new()),
        extra_arguments: ExtraArguments::default(),
        kubeadm_patches: KubeadmPatches::new(),
        addons: Vec::new(),
        ingress: None,
        bootstrap: Bootstrap::Auto,
        token_lifetime: Duration::from_secs(2 * 3600),
        upload_certificates: false,
        k8s_all: true,
        subnet: Subnet {
            network: Network { address: Ipv4Addr::new(192, 168, 61, 0), prefix: 24 },
            gateway: None,
            nameservers: vec![Ipv4Addr::new(192, 168, 61, 1)],
        },
        ssh_authorized_keys: Vec::new(),
        hosts,
        pools: BTreeMap::from([("batch".to_owned(), pool)]),
    }
}

fn host(number: u8, role: Role) -> Host {
    Host {
        name: format!("host{number:02}"),
        role,
        address: Ipv4Addr::new(192, 168, 61, 10 + number),
        mac: Some(format!("52:54:00:61:00:{number:02x}")),
        interface: "eth0".into(),
        pod_network: Some(Network { address: Ipv4Addr::new(172, 31, number, 0), prefix: 24 }),
        labels: BTreeMap::new(),
        kubelet_arguments: BTreeMap::new(),
        cpus: 2,
        memory: 4096,
        forwarded_ports: BTreeMap::new(),
    }
}

/// `patch` of `target`, and no other.
pub fn patches(target: PatchTarget, patch: serde_json::Value) -> KubeadmPatches {
    KubeadmPatches::from([(target, serde_json::from_value(patch).unwrap())])
}

/// What an image with Kubernetes `1.MINOR.0` in `repository` says of itself.
pub fn image(minor: u32, repository: &str) -> ImageRecord {
    let version = of_minor(minor);
    let pause = quirks::pause_tag(version).unwrap();
    let mut references = vec![
        format!("{repository}/pause:{pause}"),
        format!("{repository}/etcd:3.4.23"),
        format!("{repository}/coredns/coredns:v1.14.2"),
        "ghcr.io/kube-vip/kube-vip:v1.2.3".to_owned(),
        "quay.io/tigera/operator:v1.40.15".to_owned(),
    ];
    for name in ["kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler"] {
        references.push(format!("{repository}/{name}:v{version}"));
    }
    let digest = |reference: String| (reference.clone(), Sha256::of(reference));
    let manifests = ["operator-crds.yaml", "tigera-operator.yaml", "longhorn.yaml", "metrics-server.yaml"];
    ImageRecord {
        schema: 1,
        name: "debian-13".into(),
        architecture: Architecture::Amd64,
        imgbuild: "0.1.0".into(),
        epoch: 0,
        suites: vec!["trixie".into()],
        kubernetes: Some(KubernetesRecord {
            version,
            image_repository: repository.to_owned(),
            skip_phases: BTreeSet::new(),
        }),
        containerd: Some("2.3.4".into()),
        images: references.into_iter().map(digest).collect(),
        manifests: manifests.into_iter().map(|name| (name.to_owned(), Sha256::of(name))).collect(),
        addons: BTreeMap::from([("calico".to_owned(), addon("calico"))]),
        named: BTreeMap::new(),
        files: BTreeMap::new(),
        vagrant: false,
        agent: None,
    }
}

/// What an image's record says of the shipped addon `name`.
pub fn addon(name: &str) -> AddonRecord {
    AddonRecord::from(
        &crate::addon::load(Path::new("/nonexistent/images"), name, Architecture::Amd64).unwrap(),
    )
}

/// Both together.
pub fn scope<'a>(cluster: &'a Cluster, image: &'a ImageRecord) -> Scope<'a> {
    Scope::new(cluster, image).unwrap()
}
