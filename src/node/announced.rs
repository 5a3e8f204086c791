//! A control plane that the members of etcd count on and that has no etcd. kubeadm has announced it and did not live
//! to write the manifest; or it did not hear etcd's answer (up to 1.30 it waits 2 s for it, `etcdTimeout` in kubeadm's
//! `app/util/etcd/etcd.go`) and was refused when it asked again.
//!
//! Beside one other member there is no majority then, so no API server answers. kubeadm, which asks that one first, can
//! mend nothing; what is missing is this host's etcd.

use super::configuration::{NodeConfiguration, Role};
use super::etcd::{self, Member};
use super::failure::Failure;
use super::host::{Command, Host};
use super::{address, endpoint, init};
use crate::atomic;
use std::path::Path;

/// What kubeadm keeps of the cluster in the cluster, as it was when this host joined.
const CLUSTER: &str = "/etc/imgbuild/node/cluster.yaml";
/// kubelet's credentials: it runs what it finds.
const KUBELET: &str = "/etc/kubernetes/kubelet.conf";
const MANIFEST: &str = "/etc/kubernetes/manifests/etcd.yaml";
/// Where kubeadm makes the manifest out of kubelet's sight.
const SCRATCH: &str = "/run/imgbuild/etcd-manifest";
/// kubeadm knows one folder for manifests, and what kubelet sees there it starts: this one would begin a cluster of its
/// own. So kubeadm gets to see another folder there.
const ASIDE: &str = "mount --bind \"$1\" /etc/kubernetes/manifests && shift && exec \"$@\"";

/// Keeps what [`start`] needs and cannot ask any more when it is needed.
pub fn remember(host: &impl Host, configuration: &NodeConfiguration) -> Result<(), Failure> {
    if configuration.role == Role::ControlPlane
        && let Some(cluster) = endpoint::cluster_configuration(host, configuration)?
    {
        atomic::write(&host.path(CLUSTER), cluster)?;
    }
    Ok(())
}

/// Gives this host its etcd if the others have no majority without it.
///
/// # Errors
/// It does: the API answers only once kubelet has started it.
pub fn start(host: &impl Host, configuration: &NodeConfiguration) -> Result<(), Failure> {
    let there = |path: &str| host.path(path).exists();
    if configuration.role != Role::ControlPlane || there(MANIFEST) || !there(KUBELET) || !there(CLUSTER) {
        return Ok(());
    }
    if endpoint::answers(host, configuration).is_ok() {
        return Ok(());
    }
    let (own, members) = (address::own(host, configuration)?, etcd::members_by_peers(host, configuration)?);
    match members.iter().find(|member| member.is_at(own)) {
        Some(member) if is_missed(member, &members) => {}
        _ => return Ok(()),
    }
    host.say("starting this host's etcd, without which the others have no majority");
    let manifest = joining(&manifest(host, configuration)?, &initial_cluster(&members, &host.hostname()))?;
    atomic::write_with_mode(&host.path(MANIFEST), 0o600, manifest)?;
    Err(Failure::again(
        "waiting for kubelet to start this host's etcd, without which the others have no majority",
    ))
}

/// Whether `own` counts, has never run, and those that have are no majority.
fn is_missed(own: &Member, members: &[Member]) -> bool {
    let counting = members.iter().filter(|member| !member.is_learner).count();
    let started = members.iter().filter(|member| member.votes()).count();
    own.name.is_empty() && !own.is_learner && 2 * started <= counting
}

/// The manifest of an etcd that begins a cluster, as kubeadm makes it from what the cluster says.
fn manifest(host: &impl Host, configuration: &NodeConfiguration) -> Result<String, Failure> {
    let scratch = host.path(SCRATCH);
    let (document, manifests) = (scratch.join("kubeadm.yaml"), scratch.join("manifests"));
    let cluster = fs_err::read_to_string(host.path(CLUSTER))?;
    let init = etcd::init_configuration(host, configuration)?;
    atomic::write(&document, format!("{init}\n---\n{cluster}\n"))?;
    fs_err::create_dir_all(&manifests)?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let command = Command::new(["unshare", "--mount", "sh", "-c", ASIDE, "sh", &text(&manifests)])
        .args(["kubeadm", "init", "phase", "etcd", "local", "--config", &text(&document)])
        .args(&configuration.kubeadm.arguments);
    host.run(&command.limit(init::LIMIT).loud())?.expect("kubeadm init phase etcd local")?;
    Ok(fs_err::read_to_string(manifests.join("etcd.yaml"))?)
}

/// `--initial-cluster` of `members`, of which the one without a name is called `own`.
fn initial_cluster(members: &[Member], own: &str) -> String {
    let name = |member: &Member| if member.name.is_empty() { own.to_owned() } else { member.name.clone() };
    let named = |member: &Member| {
        let name = name(member);
        member.peer_urls.iter().map(move |url| format!("{name}={url}")).collect::<Vec<_>>()
    };
    members.iter().flat_map(named).collect::<Vec<_>>().join(",")
}

/// `manifest` of an etcd that joins the cluster `initial`, with the flags that `kubeadm join` sets
/// (`GetEtcdPodSpec` in kubeadm's `app/phases/etcd/local.go`).
fn joining(manifest: &str, initial: &str) -> Result<String, Failure> {
    const FLAG: &str = "- --initial-cluster=";
    let Some(line) = manifest.lines().find(|line| line.trim_start().starts_with(FLAG)) else {
        return Err(Failure::again("kubeadm's manifest of etcd has no `--initial-cluster`"));
    };
    let indent = &line[..line.len() - line.trim_start().len()];
    let flags = format!("{indent}{FLAG}{initial}\n{indent}- --initial-cluster-state=existing");
    Ok(manifest.replacen(line, &flags, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, address: &str) -> Member {
        let peer_urls = vec![format!("https://{address}:2380")];
        Member { id: "1".into(), name: name.into(), peer_urls, is_learner: false }
    }

    #[test]
    fn only_a_majority_that_lacks_this_host_misses_it() {
        let (one, two, own) = (member("a", "10.0.0.1"), member("b", "10.0.0.2"), member("", "10.0.0.3"));
        let learner = Member { is_learner: true, ..own.clone() };
        let started = member("c", "10.0.0.3");
        assert!(is_missed(&own, &[one.clone(), own.clone()]));
        assert!(!is_missed(&own, &[one.clone(), two, own.clone()]));
        assert!(!is_missed(&learner, &[one.clone(), learner.clone()]));
        assert!(!is_missed(&started, &[one, started.clone()]));
    }

    #[test]
    fn an_etcd_that_joins_knows_all_members() {
        let made = "spec:\n  containers:\n  - command:\n    - etcd\n    - --initial-cluster=c=https://10.0.0.3:2380\n    - --name=c\n";
        let members = [member("a", "10.0.0.1"), member("", "10.0.0.3")];
        let expected = "spec:\n  containers:\n  - command:\n    - etcd\n    - --initial-cluster=a=https://10.0.0.1:2380,c=https://10.0.0.3:2380\n    - --initial-cluster-state=existing\n    - --name=c\n";
        assert_eq!(joining(made, &initial_cluster(&members, "c")).unwrap(), expected);
        assert!(joining("spec: {}\n", "").is_err());
    }
}
