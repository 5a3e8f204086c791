//! What goes wrong is said, and tried again only if that can help.

use super::fake::{FakeHost, NOW};
use crate::node::configuration::Role;
use crate::node::host::Told;
use crate::node::machine::End;
use crate::node::status::{State, Status};

/// The status after the agent had time to try; nothing in the double mends what is wrong.
fn stuck(host: &FakeHost, role: Role) -> Status {
    host.world().left = Some(600);
    assert_eq!(host.boot(&super::configuration(role)), None);
    host.status()
}

fn told(code: i32, said: &str) -> Told {
    Told { code, stdout: Vec::new(), said: said.to_owned() }
}

#[test]
fn a_refused_configuration_stops_at_once() {
    for (role, command) in
        [(Role::FirstControlPlane, "kubeadm init phase certs all"), (Role::Worker, "kubeadm join --config")]
    {
        let (host, configuration) = FakeHost::of(role);
        let refused = told(3, "error: unknown field `x`\n");
        host.world().cluster.answers.insert(command.into(), vec![refused]);
        assert_eq!(host.boot(&configuration), Some(End::Failed));
        let status = host.status();
        assert_eq!(status.state, State::Failed);
        assert_eq!(status.last_error, "kubeadm refuses its configuration: error: unknown field `x`");
        let tries = host.world().commands.iter().filter(|run| run.starts_with(command)).count();
        assert_eq!(tries, 1);
    }
}

#[test]
fn what_fails_is_tried_again_until_it_holds() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    let failures = vec![told(1, "error execution phase kubelet-start: timed out\n"); 5];
    host.world().cluster.answers.insert("kubeadm join --config".into(), failures);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let status = host.status();
    let join = status.history.iter().find(|done| done.step == "kubeadm join").unwrap();
    assert_eq!((join.attempts, &*status.last_error), (6, ""));
    let waited = join.finished.uptime_ms - join.started.uptime_ms;
    assert_eq!(waited, (2 + 4 + 8 + 16 + 32) * 1000);
}

#[test]
fn a_wrong_token_is_said() {
    let (host, _) = FakeHost::of(Role::Worker);
    host.world().cluster.tokens = ["zzzzzz".to_owned()].into();
    let status = stuck(&host, Role::Worker);
    assert_eq!(status.state, State::Waiting);
    assert!(status.last_error.contains("does not know the bootstrap token with the id `abcdef`"));
    assert!(!format!("{status:?}").contains("0123456789abcdef"));
}

#[test]
fn a_wrong_ca_is_said() {
    let (host, _) = FakeHost::of(Role::Worker);
    host.world().cluster.foreign_ca = true;
    let status = stuck(&host, Role::Worker);
    assert!(
        status.last_error.starts_with("refused: https://192.168.61.10:6443 has no certificate of this"),
        "{}",
        status.last_error
    );
}

#[test]
fn a_wrong_pin_is_said() {
    let (host, _) = FakeHost::of(Role::Worker);
    let refused = told(
        1,
        "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys \"sha256:0\" are pinned\n",
    );
    host.world().cluster.answers.insert("kubeadm join --config".into(), vec![refused; 1000]);
    let status = stuck(&host, Role::Worker);
    assert!(
        status.last_error.starts_with("kubeadm: refused: the cluster's CA is not the pinned one"),
        "{}",
        status.last_error
    );
}

#[test]
fn a_clock_before_the_ca_is_said_and_waited_for() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    host.world().wall = 1_500_000_000;
    let status = stuck(&host, Role::Worker);
    assert!(status.last_error.contains("before the cluster's CA came to be"), "{}", status.last_error);
    host.world().wall = NOW;
    assert_eq!(host.boot(&configuration), Some(End::Done));
}

#[test]
fn a_site_without_time_server_is_noted_once() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    let note = "no time server has confirmed the clock";
    host.world().cluster.synchronised = false;
    host.world().cluster.api_from_ms = None;
    assert_eq!(stuck(&host, Role::Worker).notes, [note]);
    host.world().cluster.api_from_ms = Some(0);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    assert_eq!(host.status().notes, [note]);
}

#[test]
fn a_second_cluster_is_not_begun() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    host.world().cluster.api = true;
    assert_eq!(host.boot(&configuration), Some(End::Failed));
    assert!(host.status().last_error.contains("is there already"));
    assert!(!host.has("/etc/kubernetes/admin.conf"));
}

#[test]
fn the_endpoint_of_another_cluster_is_left_alone() {
    let (host, _) = FakeHost::of(Role::FirstControlPlane);
    host.world().cluster.api = true;
    host.world().cluster.foreign_ca = true;
    let status = stuck(&host, Role::FirstControlPlane);
    assert_eq!(status.state, State::Waiting);
    let why = "another cluster has the endpoint: https://192.168.61.10:6443 has no certificate";
    assert!(status.last_error.starts_with(why), "{}", status.last_error);
    assert!(
        !host.world().commands.iter().any(|run| run.starts_with("systemctl") && run.contains("keepalived"))
    );
}

#[test]
fn a_seed_disk_that_is_still_in_is_noted() {
    let (host, configuration) = FakeHost::of(Role::Worker);
    host.write("/dev/disk/by-label/cidata", "");
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let note = "the seed disk, which still has this host's secrets, can be taken out";
    assert_eq!(host.status().notes, [note]);
}

#[test]
fn an_image_that_is_not_baked_stops() {
    let (host, mut configuration) = FakeHost::of(Role::Worker);
    configuration.images.push("registry.test/other:1".into());
    assert_eq!(host.boot(&configuration), Some(End::Failed));
    assert!(host.status().last_error.contains("`registry.test/other:1` is not baked"));
}

#[test]
fn a_name_or_address_that_is_not_there_is_waited_for() {
    let (host, _) = FakeHost::of(Role::Worker);
    host.world().cluster.name = "localhost".into();
    assert_eq!(stuck(&host, Role::Worker).last_error, "the host is called `localhost`, not yet `host04`");
    let (host, _) = FakeHost::of(Role::Worker);
    host.world().cluster.addresses = vec!["10.0.2.15".into()];
    let why = stuck(&host, Role::Worker).last_error;
    assert_eq!(why, "no network card has 192.168.61.14; there are [10.0.2.15]");
}

#[test]
fn a_full_disk_is_said_in_the_status() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    let full = told(
        1,
        "error execution phase certs: failed to write: open /etc/kubernetes/pki/x: no space left on device\n",
    );
    host.world().cluster.answers.insert("kubeadm init phase certs".into(), vec![full]);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let said = host.world().said.join("\n");
    assert!(said.contains("the disk is full (error execution phase certs"), "{said}");
}
