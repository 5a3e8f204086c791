//! Renders machine after machine.

use super::budget::Budget;
use super::diff::{self, HostDiff};
use super::documents::Documents;
use super::folder::Folder;
use super::machine::Machine;
use super::summary::{HostSummary, Summary};
use super::vagrant::{self, VAGRANT};
use crate::Result;
use crate::host::Site;
use std::path::Path;

/// Makes the tokens known to a cluster that runs already: `kubectl apply -f`.
const TOKENS: &str = "tokens.yaml";

/// Renders the machines called `names`, or all if there are none, into the cluster's folder in `dist`. `each`
/// is told of every one. Machines that the definition has no more are removed when all are rendered.
///
/// # Errors
/// If a machine cannot be what the definition says with this image, or is too large for its platform.
pub fn write(
    site: &Site,
    dist: &Path,
    names: &[String],
    mut each: impl FnMut(Machine, &Budget),
) -> Result<Summary> {
    let cluster = site.scope.cluster;
    vagrant::check(&site.scope)?;
    let folder = Folder::open(dist, &cluster.name)?;
    let mut summary = Summary::of(&site.scope);
    for machine in Machine::named(cluster, names)? {
        let documents = Documents::of(site, machine)?;
        let budget = Budget::of(&documents)?;
        budget.check(cluster.platform, machine.name())?;
        folder.write(&machine.folder(), &documents)?;
        summary.hosts.push(HostSummary::of(machine, &documents, &budget));
        each(machine, &budget);
    }
    folder.write_secret(TOKENS, &site.keys.token_manifests)?;
    folder.write_public(VAGRANT, vagrant::document(cluster)?.as_deref())?;
    if let Some(old) = folder.summary()?.filter(|_| !names.is_empty()) {
        summary.hosts = merged(Machine::all(cluster), old.hosts, summary.hosts);
    }
    folder.finish(&summary)?;
    Ok(summary)
}

/// Says what [`write`] would change, host by host, and writes nothing.
pub fn compare(site: &Site, dist: &Path, names: &[String], mut each: impl FnMut(HostDiff)) -> Result<()> {
    let cluster = site.scope.cluster;
    let folder = Folder::open(dist, &cluster.name)?;
    for machine in Machine::named(cluster, names)? {
        each(diff::diff(&folder, machine, &Documents::of(site, machine)?)?);
    }
    let all: Vec<String> = Machine::all(cluster).map(|machine| machine.folder()).collect();
    let old = folder.summary()?.filter(|_| names.is_empty());
    old.iter().flat_map(|old| diff::removed(old, &all)).for_each(each);
    Ok(())
}

/// What was rendered now, and before that for the machines that were not; in the order of the definition.
fn merged<'a>(
    all: impl Iterator<Item = Machine<'a>>,
    old: Vec<HostSummary>,
    new: Vec<HostSummary>,
) -> Vec<HostSummary> {
    let known: Vec<HostSummary> = new.into_iter().chain(old).collect();
    let find = |machine: Machine| known.iter().find(|host| host.folder == machine.folder()).cloned();
    all.filter_map(find).collect()
}
