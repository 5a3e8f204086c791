use super::kind::Kind;
use super::*;
use crate::node::action::Action;
use crate::node::backoff::Pace;
use crate::node::configuration::{NodeConfiguration, Role};
use crate::node::plan::{Step, steps};
use crate::node::status::{Done, Moment, Phase, SCHEMA, State};
use serde_json::json;

fn done(boot_id: &str, step: &str, power_on: u64, seconds: (u64, u64)) -> Done {
    let moment = |at: u64| Moment { wall: power_on + at, uptime_ms: at * 1000 };
    Done {
        phase: Phase::Init,
        step: step.into(),
        boot_id: boot_id.into(),
        started: moment(seconds.0),
        finished: moment(seconds.1),
        attempts: 2,
        inputs: None,
    }
}

fn status(history: Vec<Done>) -> Status {
    Status {
        schema: SCHEMA,
        revision: 1,
        host: "<host01>".into(),
        role: Role::FirstControlPlane,
        boot_id: String::new(),
        state: State::Done,
        phase: Phase::Done,
        step: String::new(),
        since: Moment::default(),
        attempts: 1,
        last_error: String::new(),
        notes: Vec::new(),
        history,
    }
}

/// A step of the first boot, with no more than the named tries.
fn taken(phase: Phase, step: &str, seconds: (u64, u64), attempts: u32) -> Done {
    Done { phase, attempts, ..done("a", step, 1000, seconds) }
}

/// One of each kind.
fn first_boot() -> Vec<Done> {
    vec![
        taken(Phase::Wait, "containerd", (100, 110), 3),
        taken(Phase::Images, "import", (110, 130), 1),
        taken(Phase::Clock, "clock", (130, 140), 9),
        taken(Phase::Files, "PKI", (141, 142), 1),
        taken(Phase::Endpoint, "keepalived.service", (142, 144), 1),
        taken(Phase::Init, "certs all", (145, 155), 1),
        taken(Phase::Init, "own API server", (155, 205), 28),
        taken(Phase::Init, "endpoint", (205, 210), 2),
        taken(Phase::Ready, "approver of serving certificates", (210, 211), 1),
        taken(Phase::Init, "bootstrap-token", (211, 223), 2),
        taken(Phase::Addons, "calico", (223, 273), 1),
        taken(Phase::Ready, "node", (273, 283), 1),
        taken(Phase::Cleanup, "cloud-init", (283, 283), 1),
        taken(Phase::Cleanup, "secrets", (283, 284), 1),
    ]
}

/// What the host's seconds went into, as people are told.
fn shares(history: Vec<Done>) -> String {
    let text = Timeline::of(&[status(history)]).to_text();
    text.lines().last().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn starts(history: Vec<Done>) -> Vec<f64> {
    Timeline::of(&[status(history)]).lanes[0].bars.iter().map(|bar| bar.start).collect()
}

#[test]
fn boots_follow_each_other_on_one_scale() {
    let history = vec![
        done("a", "certs", 1000, (20, 30)),
        done("a", "etcd", 1000, (30, 40)),
        done("b", "x", 1100, (5, 9)),
    ];
    assert_eq!(starts(history), [20.0, 30.0, 105.0]);
}

#[test]
fn a_clock_that_went_back_moves_no_boot_before_the_last_one() {
    let history = vec![done("a", "certs", 9000, (20, 30)), done("b", "etcd", 1000, (5, 9))];
    assert_eq!(starts(history), [20.0, 35.0]);
}

#[test]
fn text_and_picture_tell_every_step_escaped() {
    let timeline = Timeline::of(&[status(vec![done("a", "etcd & <co>", 1000, (20, 30))])]);
    let text = timeline.to_text();
    assert!(text.contains("20.0     10.0     2  init: etcd & <co>"), "{text}");
    let svg = timeline.to_svg("<x>");
    assert!(svg.contains("init: etcd &amp; &lt;co&gt;\n10.0 s, from 20.0 s to 30.0 s, 2 tries"), "{svg}");
    assert!(!svg.contains("<host01>") && !svg.contains("<x>"));
    assert_eq!(svg.matches("<g>").count(), svg.matches("</g>").count());
}

#[test]
fn nothing_to_tell_is_a_picture_too() {
    assert!(Timeline::of(&[]).to_svg("x").ends_with("</svg>\n"));
}

#[test]
fn seconds_count_for_what_they_went_into() {
    let head = Timeline::of(&[]).to_text();
    assert!(head.ends_with("KUBEADM   IMAGES   ADDONS  WAITING      OWN  OWN/KUBEADM\n"), "{head}");
    // a pause of two seconds of bootstrap-token's is waiting, two seconds between steps are the agent's own
    assert_eq!(shares(first_boot()), "<host01> 70.0 20.0 50.0 37.0 7.0 10.0 %");
}

#[test]
fn tries_never_pause_longer_than_their_step_took() {
    for attempts in [8, u32::MAX] {
        let joined = vec![taken(Phase::Join, "kubeadm join", (100, 150), attempts)];
        assert_eq!(shares(joined), "<host01> 0.0 0.0 0.0 50.0 0.0 -");
    }
}

#[test]
fn steps_that_are_lost_leave_no_share_to_compare() {
    let edited = [first_boot(), vec![taken(Phase::Addons, "calico", (9000, 9050), 1)]].concat();
    let cut = [first_boot(), vec![done("b", "certs", 2000, (5, 9))]].concat();
    for history in [edited, cut, Vec::new()] {
        assert!(shares(history.clone()).ends_with(" -"), "{history:#?}");
    }
}

/// A host that takes every step that `role` can have.
fn configuration(role: Role, ec2: bool) -> NodeConfiguration {
    let configuration = json!({
        "schema": 1, "cluster": "book", "name": "", "role": role, "bootstrap": "auto",
        "kubernetes_version": "1.36.4", "address": {"within": "10.0.0.0/24"},
        "endpoint": {
            "address": "10.0.0.9", "port": 6443, "api_port": 6443, "unit": "keepalived.service",
            "handover": "/etc/kubernetes/manifests/kube-vip.yaml",
        },
        "kubeadm": {
            "init_phases": [["certs", "all"], ["upload-config", "all"]],
            "skip_join_phases": [], "ignore_preflight_errors": [],
        },
        "images": ["registry.test/pause:3.10"],
        "predecessors": [{"name": "host01", "addresses": ["10.0.0.1"], "control_plane": true}],
        "hosts": [], "pool_networks": [],
        "addons": [{"name": "calico", "manifests": [], "wait": []}],
        "ingress": {"class": "nginx", "namespace": "ingress", "service": "ingress", "node_ports": {}},
        "install": [], "remove": [], "ec2": ec2.then(|| json!({"secret": "book"})),
    });
    serde_json::from_value(configuration).unwrap()
}

/// What the seconds of `action` count as, whatever its step is called.
fn kind_of(action: &Action) -> Kind {
    match action {
        Action::InitPhase(_) | Action::Join => Kind::Kubeadm,
        Action::ApiServer => Kind::ControlPlane,
        Action::ImportImages | Action::UnpackImages => Kind::Images,
        Action::Addon(_) | Action::DefaultClass(_) | Action::NodePorts(_) => Kind::Addons,
        Action::Hostname
        | Action::Address
        | Action::Containerd
        | Action::Instance
        | Action::Clock
        | Action::Endpoint
        | Action::Predecessors
        | Action::NodeReady
        | Action::CloudInit => Kind::Waiting,
        Action::Secret(_)
        | Action::InstallPki
        | Action::InstallFiles(_)
        | Action::NodeIp
        | Action::NoCluster
        | Action::StartUnit(_)
        | Action::Approver
        | Action::Handover(_)
        | Action::RemoveSecrets => Kind::Own,
    }
}

#[test]
fn every_step_of_the_plan_counts_as_what_it_does() {
    for role in [Role::FirstControlPlane, Role::ControlPlane, Role::Worker] {
        for Step { phase, name, action, pace, .. } in
            [true, false].into_iter().flat_map(|ec2| steps(&configuration(role, ec2)))
        {
            let kind = Kind::of(phase, &name);
            assert_eq!(kind, kind_of(&action), "{phase}: {name}");
            assert_eq!(kind.is_work(), pace == Pace::Work, "{phase}: {name}");
        }
    }
}
