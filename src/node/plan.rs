//! Which steps a host takes, in which order; nothing but its configuration decides.
//!
//! The order avoids most of the failures that other tools' users report: nothing runs before what it would fail
//! without, and what may take long (images, a clock) is done while others are waited for anyway.

use super::action::Action;
use super::backoff::Pace;
use super::configuration::{Bootstrap, NodeAddress, NodeConfiguration, Role, When};
use super::status::Phase;

/// The first words of phases of `kubeadm init` that need the API server.
const NEED_API: [&str; 7] = [
    "addon",
    "bootstrap-token",
    "kubelet-finalize",
    "mark-control-plane",
    "show-join-command",
    "upload-certs",
    "upload-config",
];

/// A step: recorded once it is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its phase.
    pub phase: Phase,
    /// Its name, unique within the phase.
    pub name: String,
    /// What it does.
    pub action: Action,
    /// How soon it is tried again.
    pub pace: Pace,
    /// Whether it is taken again after a reboot, for as long as the host is not done.
    pub each_boot: bool,
}

/// All steps of the host.
pub fn steps(configuration: &NodeConfiguration) -> Vec<Step> {
    let mut steps = beginning(configuration);
    if configuration.bootstrap == Bootstrap::Manual {
        return steps;
    }
    match configuration.role {
        Role::FirstControlPlane => steps.extend(init(configuration)),
        Role::ControlPlane | Role::Worker => steps.extend(join(configuration)),
    }
    steps.extend(end(configuration));
    steps
}

fn beginning(configuration: &NodeConfiguration) -> Vec<Step> {
    let mut steps = vec![
        look(Phase::Wait, "hostname", Action::Hostname),
        look(Phase::Wait, "address", Action::Address),
        look(Phase::Wait, "containerd", Action::Containerd),
    ];
    for step in &mut steps {
        step.each_boot = true;
    }
    if configuration.ec2.is_some() {
        steps.push(look(Phase::Wait, "instance metadata", Action::Instance));
    }
    if !configuration.images.is_empty() {
        steps.push(work(Phase::Images, "import", Action::ImportImages));
        steps.push(work(Phase::Images, "unpack", Action::UnpackImages));
    }
    // after the images, which give the clock time to become right
    steps.push(Step { each_boot: true, ..look(Phase::Clock, "clock", Action::Clock) });
    // signed requests need the clock
    let secret = configuration.ec2.iter().filter_map(|ec2| ec2.secret.as_ref());
    steps.extend(secret.map(|name| work(Phase::Files, "secret", Action::Secret(name.clone()))));
    steps.push(work(Phase::Files, "PKI", Action::InstallPki));
    steps.push(work(Phase::Files, "before kubeadm", Action::InstallFiles(When::BeforeKubeadm)));
    // on EC2 the instance's metadata have said it
    if matches!(configuration.address, NodeAddress::Within(_)) && configuration.ec2.is_none() {
        steps.push(work(Phase::Files, "kubelet's address", Action::NodeIp));
    }
    steps
}

fn init(configuration: &NodeConfiguration) -> Vec<Step> {
    let mut steps = vec![work(Phase::Endpoint, "no cluster yet", Action::NoCluster)];
    if let Some(unit) = &configuration.endpoint.unit {
        steps.push(work(Phase::Endpoint, unit, Action::StartUnit(unit.clone())));
    }
    let phases = &configuration.kubeadm.init_phases;
    let needs_api = |phase: &Vec<String>| NEED_API.contains(&phase[0].as_str());
    let split = phases.iter().position(needs_api).unwrap_or(phases.len());
    let kubeadm = |phase: &Vec<String>| work(Phase::Init, &called(phase), Action::InitPhase(phase.clone()));
    steps.extend(phases[..split].iter().map(kubeadm));
    steps.push(look(Phase::Init, "own API server", Action::ApiServer));
    steps.push(look(Phase::Init, "endpoint", Action::Endpoint));
    steps.push(approver());
    steps.extend(phases[split..].iter().map(kubeadm));
    steps
}

/// What people call a phase of `kubeadm init`: its words without options.
fn called(phase: &[String]) -> String {
    let words: Vec<&str> =
        phase.iter().map(String::as_str).take_while(|word| !word.starts_with("--")).collect();
    words.join(" ")
}

fn join(configuration: &NodeConfiguration) -> Vec<Step> {
    let mut steps = vec![look(Phase::Endpoint, "endpoint", Action::Endpoint)];
    if !configuration.predecessors.is_empty() {
        steps.push(look(Phase::Join, "predecessors", Action::Predecessors));
    }
    steps.push(work(Phase::Join, "kubeadm join", Action::Join));
    if configuration.role == Role::ControlPlane {
        steps.push(approver());
        let unit = configuration.endpoint.unit.iter();
        steps.extend(unit.map(|unit| work(Phase::Join, unit, Action::StartUnit(unit.clone()))));
    }
    steps
}

fn end(configuration: &NodeConfiguration) -> Vec<Step> {
    let mut steps = vec![work(Phase::Files, "after kubeadm", Action::InstallFiles(When::AfterKubeadm))];
    let handover = configuration.endpoint.handover.iter();
    steps.extend(handover.map(|path| work(Phase::Handover, "kube-vip", Action::Handover(path.clone()))));
    let addons = configuration.addons.iter();
    steps.extend(addons.map(|addon| work(Phase::Addons, &addon.name, Action::Addon(addon.clone()))));
    if let Some(ingress) = &configuration.ingress {
        steps.push(work(Phase::Ingress, "default class", Action::DefaultClass(ingress.clone())));
        steps.push(work(Phase::Ingress, "node ports", Action::NodePorts(ingress.clone())));
    }
    steps.push(look(Phase::Ready, "node", Action::NodeReady));
    steps.push(look(Phase::Cleanup, "cloud-init", Action::CloudInit));
    steps.push(work(Phase::Cleanup, "secrets", Action::RemoveSecrets));
    steps
}

fn approver() -> Step {
    Step { each_boot: true, ..work(Phase::Ready, "approver of serving certificates", Action::Approver) }
}

fn look(phase: Phase, name: &str, action: Action) -> Step {
    Step { phase, name: name.to_owned(), action, pace: Pace::Look, each_boot: false }
}

fn work(phase: Phase, name: &str, action: Action) -> Step {
    Step { pace: Pace::Work, ..look(phase, name, action) }
}
