//! What each role does when nothing goes wrong.

use super::fake::FakeHost;
use crate::node::configuration::{Bootstrap, NodeAddress, Role};
use crate::node::kubelet::ENVIRONMENT;
use crate::node::machine::End;
use crate::node::status::{Phase, State, Status};

fn count(host: &FakeHost, what: &str) -> u32 {
    host.world().cluster.done.get(what).copied().unwrap_or_default()
}

fn position(host: &FakeHost, start: &str) -> usize {
    let world = host.world();
    let found = world.commands.iter().position(|command| command.starts_with(start));
    found.unwrap_or_else(|| panic!("`{start}` was not run: {:#?}", world.commands))
}

#[test]
fn the_first_control_plane_begins_the_cluster() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let order = [
        "ip ",
        "ctr --namespace k8s.io content ingest",
        "ctr --namespace k8s.io images import --no-unpack",
        "ctr --namespace k8s.io snapshots unpack",
        "timedatectl",
        "systemctl --quiet restart keepalived.service",
        "kubeadm init phase kubelet-start --config /etc/imgbuild/node/kubeadm.yaml",
        "kubeadm init phase certs all",
        "kubeadm init phase etcd local",
        "curl --silent --show-error --noproxy * --max-time 30 --fail --cacert /etc/imgbuild/node/pki/ca.crt https://192.168.61.11:6443/readyz",
        "kubeadm init phase upload-config all",
        "kubeadm init phase addon kube-proxy",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf apply --server-side --force-conflicts --filename /etc/kubernetes/components/calico.yaml",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf wait --for=condition=Established crd --all",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf wait --for=condition=Ready node/host01",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=30s annotate",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=30s patch --namespace ingress-nginx service",
    ];
    let positions: Vec<usize> = order.iter().map(|start| position(&host, start)).collect();
    assert!(positions.is_sorted(), "{positions:?} {:#?}", host.world().commands);
    assert!(host.world().approves);
    assert_eq!(host.read("/etc/kubernetes/manifests/kube-vip.yaml"), "path: /etc/kubernetes/admin.conf\n");
    assert!(host.has("/opt/k8s-all"));
}

#[test]
fn a_control_plane_joins_after_its_predecessors() {
    let (host, configuration) = FakeHost::of(Role::ControlPlane);
    host.world().cluster.members[0].is_learner = true;
    host.world().cluster.api_from_ms = Some(60_000);
    let mut late = configuration.clone();
    late.remove.clear();
    // nothing in the double ends the first one's time as a learner, so a cut does
    host.world().left = Some(200);
    assert_eq!(host.boot(&late), None);
    assert_eq!(host.status().last_error, "`host01` is just joining etcd");
    assert_eq!(count(&host, "join"), 0);
    host.world().cluster.members[0].is_learner = false;
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(count(&host, "join"), 1);
    assert_eq!(count(&host, "reset"), 0);
    assert!(
        position(&host, "kubeadm join") < position(&host, "systemctl --quiet restart keepalived.service")
    );
    assert!(host.world().approves);
}

#[test]
fn a_control_plane_that_lost_its_disk_forgets_its_former_member() {
    let (host, configuration) = FakeHost::of(Role::ControlPlane);
    let former =
        crate::node::etcd::Member { id: "18".into(), ..super::kubeadm::member("host02", "192.168.61.12") };
    host.world().cluster.members.push(former);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(count(&host, "join"), 1);
}

#[test]
fn a_client_certificate_that_kubeadm_made_by_half_is_made_anew() {
    for (name, text) in [("healthcheck-client.key", "x\n"), ("healthcheck-client.crt", "")] {
        let (host, configuration) = FakeHost::of(Role::ControlPlane);
        host.write(&format!("/run/imgbuild/etcd-client/etcd/{name}"), text);
        assert_eq!(host.boot(&configuration), Some(End::Done));
        assert_eq!(count(&host, "join"), 1, "{name}");
    }
}

#[test]
fn a_worker_waits_for_the_endpoint_and_joins() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    host.world().cluster.api_from_ms = Some(600_000);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(count(&host, "join"), 1);
    assert!(!host.world().approves);
    let status = host.status();
    assert_eq!((status.state, status.phase, &*status.last_error), (State::Done, Phase::Done, ""));
    let joined = status.history.iter().find(|done| done.phase == Phase::Join).unwrap();
    assert!(joined.started.uptime_ms >= 600_000);
    let said = host.world().said.join("\n");
    assert!(
        said.contains(
            "host04: endpoint: endpoint: https://192.168.61.10:6443 is not ready: connection refused"
        ),
        "{said}"
    );
    assert!(said.contains("host04: join: kubeadm join: done in 0 s"), "{said}");
}

#[test]
fn a_member_of_a_pool_tells_kubelet_its_address() {
    let (host, mut configuration) = FakeHost::of(Role::Worker);
    configuration.address = NodeAddress::Within("192.168.61.0/24".into());
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(host.read(ENVIRONMENT), "KUBELET_HOST_ARGS=--node-ip=192.168.61.14\n");
}

#[test]
fn kubeadm_is_told_where_patches_are() {
    let flag = ["--experimental-patches", "/etc/kubernetes/patches"].map(String::from);
    let (host, mut configuration) = FakeHost::of(Role::FirstControlPlane);
    let etcd = configuration.kubeadm.init_phases.iter_mut().find(|phase| phase[0] == "etcd").unwrap();
    etcd.extend(flag.clone());
    assert_eq!(host.boot(&configuration), Some(End::Done));
    position(
        &host,
        "kubeadm init phase etcd local --experimental-patches /etc/kubernetes/patches --config /etc",
    );
    assert!(host.status().history.iter().any(|done| done.step == "etcd local"));

    let (host, mut configuration) = FakeHost::of(Role::ControlPlane);
    configuration.kubeadm.arguments = flag.into();
    assert_eq!(host.boot(&configuration), Some(End::Done));
    position(
        &host,
        "kubeadm join --config /etc/imgbuild/node/kubeadm.yaml --skip-phases preflight --experimental-patches /etc/kubernetes/patches",
    );
    for (role, verb) in [(Role::FirstControlPlane, "init"), (Role::ControlPlane, "join")] {
        configuration.role = role;
        let commands = crate::node::manual::commands(&configuration).join("\n");
        let told = "--ignore-preflight-errors=Swap --experimental-patches /etc/kubernetes/patches";
        let line = format!(
            "kubeadm {verb} --config /etc/imgbuild/node/kubeadm.yaml --skip-phases=preflight {told}\n"
        );
        assert!(commands.contains(&line), "{commands}");
    }
}

#[test]
fn nothing_runs_at_the_second_boot() {
    for role in [Role::FirstControlPlane, Role::ControlPlane, Role::Worker] {
        let (host, configuration) = FakeHost::of(role);
        assert_eq!(host.boot(&configuration), Some(End::Done));
        host.switch_on();
        host.world().commands.clear();
        assert_eq!(host.boot(&configuration), Some(End::Done));
        assert_eq!(host.world().commands, Vec::<String>::new(), "{role:?}");
    }
}

#[test]
fn no_secret_is_left() {
    for role in [Role::FirstControlPlane, Role::ControlPlane, Role::Worker] {
        let (host, configuration) = FakeHost::of(role);
        host.boot(&configuration);
        for gone in [
            "/etc/imgbuild/node/kubeadm.yaml",
            "/etc/imgbuild/node/pki",
            "/etc/imgbuild/node/k8s-all",
            "/root/rendered-secret",
            "/run/imgbuild/etcd-client",
            "/var/lib/cloud/instances/i-1/user-data.txt",
        ] {
            assert!(!host.has(gone), "{role:?}: {gone}");
        }
        assert!(host.has("/etc/imgbuild/node/node.json"));
        assert!(host.has("/etc/cloud/cloud-init.disabled"));
    }
}

#[test]
fn manual_leaves_everything_in_place_and_runs_nothing() {
    for role in [Role::FirstControlPlane, Role::ControlPlane, Role::Worker] {
        let (host, mut configuration) = FakeHost::of(role);
        configuration.bootstrap = Bootstrap::Manual;
        assert_eq!(host.boot(&configuration), Some(End::Manual));
        assert_eq!(host.status().state, State::Manual);
        let world = host.world();
        assert!(!world.commands.iter().any(|command| command.starts_with("kube")), "{:#?}", world.commands);
        assert_eq!(world.cluster.images.len(), 2);
        drop(world);
        assert!(host.has("/etc/imgbuild/node/kubeadm.yaml"));
        assert_eq!(host.has("/etc/kubernetes/pki/ca.key"), role != Role::Worker);
        let commands = crate::node::manual::commands(&configuration).join("\n");
        assert!(commands.contains(" --config /etc/imgbuild/node/kubeadm.yaml --skip-phases=preflight --ignore-preflight-errors=Swap"), "{commands}");
    }
}

#[test]
fn the_status_can_be_read_by_people() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    host.boot(&configuration);
    let text = crate::node::show::text(&host.status(), Some(&configuration), 700_000);
    assert!(text.starts_with("host04: in its cluster\ndone so far:\n"), "{text}");
    assert!(text.contains("       0 s  join: kubeadm join\n"), "{text}");
}

#[test]
fn a_pool_member_goes_by_its_own_name_and_address() {
    let (host, mut configuration) = FakeHost::of(Role::Worker);
    configuration.name.clear();
    configuration.address = crate::node::configuration::NodeAddress::Within("192.168.61.0/24".into());
    host.world().cluster.name = "ip-192-168-61-14".into();
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(host.status().host, "ip-192-168-61-14");
}

#[test]
fn the_machine_hears_of_every_change() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    let port = format!("/dev/virtio-ports/{}", crate::node::status::PORT);
    host.write(&port, "{\"half");
    host.boot(&configuration);
    // a file keeps what comes last at its beginning, a port does not
    let said = host.read(&port);
    let line = said.lines().nth(1).unwrap();
    assert_eq!(serde_json::from_str::<Status>(line).unwrap().state, State::Done);
}
