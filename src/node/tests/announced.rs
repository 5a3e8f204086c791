//! A joining control plane whose kubeadm announces it to etcd and comes no further.

use super::fake::FakeHost;
use crate::node::configuration::Role;
use crate::node::machine::End;

const KEPT: &str = "/etc/imgbuild/node/cluster.yaml";

/// Boots with kubeadm that does not hear etcd's answer, and a cut after `cut` effects.
fn survive(cut: usize) -> FakeHost {
    let (host, configuration) = FakeHost::of(Role::ControlPlane);
    host.world().cluster.deaf = true;
    host.world().left = Some(cut);
    let end = host.boot(&configuration).or_else(|| host.boot(&configuration));
    assert_eq!(end, Some(End::Done), "{cut}");
    let world = host.world();
    assert!(world.cluster.members.iter().any(|member| member.id == "18" && member.votes()), "{cut}");
    assert!(world.cluster.nodes.contains(&configuration.name), "{cut}");
    drop(world);
    assert!(!host.has(KEPT), "{cut}");
    host
}

#[test]
fn the_etcd_that_others_miss_is_started() {
    let host = survive(usize::MAX);
    let manifest = host.read("/etc/kubernetes/manifests/etcd.yaml");
    let all = "--initial-cluster=host01=https://192.168.61.11:2380,host02=https://192.168.61.12:2380\n";
    assert!(manifest.contains(all), "{manifest}");
    let world = host.world();
    assert!(!world.cluster.done.contains_key("reset"), "what others count on must not be cleared away");
}

#[test]
fn a_cut_after_any_effect_is_survived_then_too() {
    let host = survive(usize::MAX);
    let effects = host.world().effects;
    for cut in 0..effects {
        survive(cut);
    }
}
