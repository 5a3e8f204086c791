//! Power cuts: wherever one comes, the host goes on, and nothing is done twice that must be done once. The
//! double's programs panic on what would do harm: another CA, a reset of a voting member, a member that is
//! already there.

use super::fake::FakeHost;
use crate::node::configuration::Role;
use crate::node::machine::End;
use crate::node::status::store;
use proptest::prelude::*;

const ROLES: [Role; 3] = [Role::FirstControlPlane, Role::ControlPlane, Role::Worker];

/// How many effects a first boot without cuts has.
fn effects(role: Role) -> usize {
    let (host, configuration) = FakeHost::of(role);
    assert_eq!(host.boot(&configuration), Some(End::Done));
    let world = host.world();
    world.effects
}

/// Boots with a cut after each number of effects in `cuts`, then without; what the host is in the end.
fn survive(role: Role, cuts: &[usize]) {
    let (host, configuration) = FakeHost::of(role);
    for cut in cuts {
        host.world().left = Some(*cut);
        if host.boot(&configuration).is_some() {
            host.switch_on();
        }
    }
    host.world().left = None;
    assert_eq!(host.boot(&configuration), Some(End::Done), "{role:?} {cuts:?}");
    let world = host.world();
    assert!(world.cluster.nodes.contains(&configuration.name), "{role:?} {cuts:?}");
    let cuts_and_one = u32::try_from(cuts.len()).unwrap() + 1;
    for (what, times) in &world.cluster.done {
        assert!(*times <= 2 * cuts_and_one, "{role:?} {cuts:?}: {what} {times} times");
    }
    if role == Role::ControlPlane {
        let own = world.cluster.members.iter().find(|member| member.id == "18").unwrap();
        assert!(own.votes(), "{cuts:?}");
    }
    drop(world);
    for gone in ["/etc/imgbuild/node/kubeadm.yaml", "/etc/kubernetes/bootstrap-kubelet.conf"] {
        assert!(!host.has(gone), "{role:?} {cuts:?}: {gone}");
    }
}

#[test]
fn a_cut_after_any_effect_is_survived() {
    for role in ROLES {
        for cut in 0..effects(role) {
            survive(role, &[cut]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn many_cuts_are_survived(role in 0usize..3, cuts in proptest::collection::vec(0usize..120, 1..6)) {
        survive(ROLES[role], &cuts);
    }
}

#[test]
fn what_is_recorded_is_not_done_again() {
    for cut in (0..effects(Role::FirstControlPlane)).step_by(7) {
        let (host, configuration) = FakeHost::of(Role::FirstControlPlane);
        host.world().left = Some(cut);
        if host.boot(&configuration).is_some() {
            continue;
        }
        let status = store::load(&host);
        let recorded: Vec<String> =
            status.iter().flat_map(|status| &status.history).map(|done| done.step.clone()).collect();
        let before = host.world().cluster.done.clone();
        host.boot(&configuration);
        for step in recorded.iter().filter(|step| before.contains_key(*step)) {
            assert_eq!(host.world().cluster.done[step], before[step], "cut {cut}: {step}");
        }
    }
}
