//! `kubeadm join`, tried until it holds. Each try first looks at what an earlier one, or a power cut, has left.

use super::configuration::{KUBEADM, NodeConfiguration, Role, When};
use super::failure::{Failure, Outcome};
use super::host::{Command, Host};
use super::{announced, endpoint, etcd, files, init, kubectl, torn};
use crate::kube::quirks;
use crate::kube::version::Version;

/// Files of which at least one is there once `kubeadm join` has begun to write.
const TRACES: [&str; 6] = [
    "/etc/kubernetes/bootstrap-kubelet.conf",
    "/etc/kubernetes/kubelet.conf",
    "/etc/kubernetes/admin.conf",
    "/etc/kubernetes/manifests/kube-apiserver.yaml",
    "/etc/kubernetes/manifests/etcd.yaml",
    "/var/lib/kubelet/config.yaml",
];
const ETCD_MANIFEST: &str = "/etc/kubernetes/manifests/etcd.yaml";
const ETCD_DATA: &str = "/var/lib/etcd/member";
const KUBELET_CERTIFICATE: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";

/// How far an earlier try came.
#[derive(Debug, PartialEq, Eq)]
enum Standing {
    /// Nowhere.
    Fresh,
    /// To something that must be cleared away.
    Remains,
    /// To a voting etcd member: it must not be cleared away, but finished.
    Member,
    /// To a registered node.
    Joined,
}

/// All control planes that come before this one run and vote, and nobody else is joining.
pub fn predecessors(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let Some(members) = etcd::members(host, configuration)? else {
        return Ok(Some(
            "without the etcd CA nobody can say whether other control planes are joining".into(),
        ));
    };
    let own = super::address::own(host, configuration)?;
    for peer in &configuration.predecessors {
        let is_there = |member: &&etcd::Member| peer.addresses.iter().any(|a| member.is_at(*a));
        match members.iter().find(is_there) {
            Some(member) if member.votes() => {}
            Some(_) => return Err(Failure::Again(format!("`{}` is just joining etcd", peer.name))),
            None => return Err(Failure::Again(format!("`{}` is no member of etcd yet", peer.name))),
        }
    }
    match members.iter().find(|member| !member.votes() && !member.is_at(own)) {
        Some(_) => Err(Failure::again("another host is just joining etcd")),
        None => Ok(None),
    }
}

/// Joins, or finishes what an earlier try began.
pub fn join(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    torn::remove(host)?;
    announced::start(host, configuration)?;
    match standing(host, configuration)? {
        Standing::Joined => return Ok(None),
        Standing::Member => return finish(host, configuration),
        Standing::Remains => clear(host, configuration)?,
        Standing::Fresh => {}
    }
    forget_member(host, configuration)?;
    endpoint::knows_token(host, configuration)?;
    announced::remember(host, configuration)?;
    files::install_pki(host, configuration)?;
    files::install(host, configuration, When::BeforeKubeadm)?;
    run(host, configuration)
}

fn run(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let mut command = Command::new(["kubeadm", "join", "--config", &host.path(KUBEADM).to_string_lossy()]);
    let skipped = &configuration.kubeadm.skip_join_phases;
    if !skipped.is_empty() {
        command = command.args(["--skip-phases", &skipped.join(",")]);
    }
    let command = command.args(&configuration.kubeadm.arguments);
    let command = init::ignoring(command, configuration, true).limit(init::LIMIT).loud();
    // once etcd counts this host as a member, the host must not forget it
    init::judge(&host.run(&command.synced())?)
}

fn standing(host: &impl Host, configuration: &NodeConfiguration) -> Result<Standing, Failure> {
    if !TRACES.iter().any(|trace| host.path(trace).exists()) {
        return Ok(Standing::Fresh);
    }
    // without the API nothing can be said for certain, and nothing can be mended
    endpoint::answers(host, configuration)?;
    match configuration.role {
        Role::Worker => Ok(if is_registered(host) { Standing::Joined } else { Standing::Remains }),
        Role::ControlPlane | Role::FirstControlPlane => control_plane(host, configuration),
    }
}

fn is_registered(host: &impl Host) -> bool {
    host.path(KUBELET_CERTIFICATE).exists()
        && kubectl::node(host, kubectl::KUBELET).is_ok_and(|node| node.is_some())
}

fn control_plane(host: &impl Host, configuration: &NodeConfiguration) -> Result<Standing, Failure> {
    match etcd::own(host, configuration)? {
        Some(member) if member.votes() => Ok(Standing::Member),
        Some(member) if host.path(ETCD_MANIFEST).exists() && !member.is_learner => Err(Failure::again(
            "waiting for kubelet to start this host's etcd, which the others count on already",
        )),
        _ => Ok(Standing::Remains),
    }
}

/// What `kubeadm join` does after etcd.
fn finish(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let version: Version = configuration.kubernetes_version.parse().map_err(anyhow::Error::from)?;
    let phases = ["update-status", "mark-control-plane"];
    let skipped = usize::from(!quirks::join_updates_cluster_status(version));
    for phase in &phases[skipped..] {
        let command = Command::new(["kubeadm", "join", "phase", "control-plane-join", phase, "--config"]);
        let command = command.arg(host.path(KUBEADM).to_string_lossy()).limit(init::LIMIT).loud();
        init::judge(&host.run(&command)?)?;
    }
    Ok(None)
}

/// Undoes what an earlier try has left on this host.
fn clear(host: &impl Host, configuration: &NodeConfiguration) -> Result<(), Failure> {
    host.say("clearing away what an earlier try to join has left");
    let command = Command::new(["kubeadm", "reset", "--force"]).limit(init::LIMIT).loud();
    host.run(&command)?.expect("kubeadm reset")?;
    end_containers(host)?;
    if configuration.role == Role::ControlPlane && host.path(ETCD_DATA).exists() {
        fs_err::remove_dir_all(host.path(ETCD_DATA))?;
    }
    Ok(())
}

/// `kubeadm reset` ends containers by crictl, which not every image has.
fn end_containers(host: &impl Host) -> Result<(), Failure> {
    let told = host.run(&Command::new(["ctr", "-n", "k8s.io", "tasks", "list", "-q"]))?;
    for task in told.text().lines() {
        host.run(&Command::new(["ctr", "-n", "k8s.io", "tasks", "kill", "--signal", "SIGKILL", task]))?;
    }
    Ok(())
}

/// A member of etcd that this host has lost its memory of would count for ever as one that is down.
fn forget_member(host: &impl Host, configuration: &NodeConfiguration) -> Result<(), Failure> {
    if configuration.role != Role::ControlPlane {
        return Ok(());
    }
    if let Some(member) = etcd::own(host, configuration)? {
        host.say("removing this host's former member from etcd");
        etcd::remove(host, configuration, &member)?;
    }
    Ok(())
}
