//! Addons after they were applied once: patched, ready, and applied again when a person has edited one.

use super::fake::FakeHost;
use crate::node::configuration::Role;
use crate::node::machine::{End, Machine};
use crate::node::status::Phase;

const MANIFEST: &str = "/etc/kubernetes/components/calico.yaml";

/// What kubectl was told to do with addons since the last time.
fn kubectl(host: &FakeHost) -> Vec<String> {
    let commands = std::mem::take(&mut host.world().commands);
    let words = commands
        .iter()
        .filter_map(|line| line.strip_prefix("kubectl --kubeconfig /etc/kubernetes/admin.conf "));
    words.filter(|words| !words.starts_with("--request-timeout")).map(str::to_owned).collect()
}

#[test]
fn an_addon_is_applied_patched_and_awaited() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let expected = [
        "apply --server-side --force-conflicts --filename /etc/kubernetes/components/calico.yaml",
        "wait --for=condition=Established crd --all --timeout=5m",
        r#"patch deployment/calico-typha --type=merge --patch {"spec":{"replicas":1}} --namespace=calico-system"#,
        "wait --for=condition=Ready node/host01",
        "rollout status deployment/calico-typha",
    ];
    assert_eq!(kubectl(&host), expected);
}

#[test]
fn an_edited_manifest_is_applied_again_and_nothing_else_is_done_twice() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let before = host.status().history;
    assert!(!Machine::new(&host, &configuration).has_news());
    kubectl(&host);
    host.write(MANIFEST, "kind: Deployment\n");
    assert!(Machine::new(&host, &configuration).has_news());
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let applied = kubectl(&host);
    assert!(applied[0].starts_with("apply ") && applied[1].starts_with("patch "), "{applied:?}");
    assert!(!Machine::new(&host, &configuration).has_news());
    let addon = |phase| phase == Phase::Addons;
    let others = |history: &[crate::node::status::Done]| {
        history.iter().filter(|done| !addon(done.phase)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&host.status().history), others(&before));
}

#[test]
fn a_manifest_that_is_gone_is_no_news() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    fs_err::remove_file(crate::node::host::Host::path(&host, MANIFEST)).unwrap();
    assert!(!Machine::new(&host, &configuration).has_news());
}

#[test]
fn a_patch_of_something_that_is_not_there_yet_is_tried_again() {
    let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
    let start = "kubectl --kubeconfig /etc/kubernetes/admin.conf patch deployment/calico-typha".to_owned();
    let refused = super::kubeadm::failed(1, "Error from server (NotFound)\n");
    host.world().cluster.answers.insert(start, vec![refused]);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let applied = kubectl(&host).iter().filter(|words| words.starts_with("apply ")).count();
    assert_eq!(applied, 2);
}
