//! Extra arguments that programs of this version do not take.

use super::{Finding, Subject};
use crate::Result;
use crate::kube::quirks;
use std::collections::BTreeMap;

/// kubelet does not start with a flag that it does not know.
const POD_INFRA: &str = "pod-infra-container-image";

/// Judges arguments of kubelets, wherever they are set.
pub fn check(subject: &Subject) -> Result<Vec<Finding>> {
    let Some(kubernetes) = subject.kubernetes() else { return Ok(vec![]) };
    if quirks::kubelet_has_pod_infra_flag(kubernetes.version) {
        return Ok(vec![]);
    }
    let text = |place: &str| {
        let version = kubernetes.version;
        Finding::error(format!("{place}: kubelet {version} does not start with `--{POD_INFRA}`"), "remove it")
    };
    Ok(places(subject)
        .filter(|(_, flags)| flags.contains_key(POD_INFRA))
        .map(|(place, _)| text(&place))
        .collect())
}

type Flags = BTreeMap<String, String>;

fn places<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (String, &'a Flags)> {
    let cluster = subject.cluster;
    let all = ("`extra_arguments.kubelet`".to_owned(), &cluster.extra_arguments.kubelet);
    let hosts = cluster.hosts.iter().map(|host| (format!("host `{}`", host.name), &host.kubelet_arguments));
    let pools = cluster.pools.iter().map(|(name, pool)| (format!("pool `{name}`"), &pool.kubelet_arguments));
    std::iter::once(all).chain(hosts).chain(pools)
}
