//! Renders machine after machine.

use super::aws::{self, PARAMETERS};
use super::budget::Budget;
use super::diff::{self, HostDiff};
use super::documents::Documents;
use super::folder::Folder;
use super::machine::Machine;
use super::stream::Stream;
use super::summary::{HostSummary, Summary};
use super::vagrant::{self, VAGRANT};
use crate::Result;
use crate::host::Site;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Makes the tokens known to a cluster that runs already: `kubectl apply -f`.
const TOKENS: &str = "tokens.yaml";

/// Renders the machines called `names`, or all if there are none, into the cluster's folder in `dist`, where
/// [`SUMMARY`](super::SUMMARY) then says what they are. `each` is told of every one. Afterwards machines that the
/// definition has no more are removed, also where only some were rendered.
///
/// # Errors
/// If a machine cannot be what the definition says with this image, or is too large for its platform.
pub fn write(
    site: &Site,
    dist: &Path,
    names: &[String],
    mut each: impl FnMut(Machine, &Budget),
) -> Result<()> {
    let cluster = site.scope.cluster;
    vagrant::check(&site.scope)?;
    let folder = Folder::open(dist, &cluster.name)?;
    let chosen = folders(Machine::named(cluster, names)?);
    let mut earlier = earlier(&folder, names)?;
    let mut summary = Stream::begin(&Summary::of(&site.scope))?;
    for machine in Machine::all(cluster) {
        if chosen.contains(&machine.folder()) {
            summary.push(&write_one(site, &folder, machine, &mut each)?)?;
        } else if let Some(host) = earlier.remove(&machine.folder()) {
            summary.push(&host)?;
        }
    }
    write_beside(site, &folder)?;
    folder.remove_all_but(&folders(Machine::all(cluster)))?;
    folder.write_summary(summary)
}

fn write_one(
    site: &Site,
    folder: &Folder,
    machine: Machine,
    each: &mut impl FnMut(Machine, &Budget),
) -> Result<HostSummary> {
    let documents = Documents::of(site, machine)?;
    let budget = Budget::of(&documents)?;
    budget.check(site.scope.cluster.platform, machine.name())?;
    folder.write(&machine.folder(), &documents)?;
    each(machine, &budget);
    Ok(HostSummary::of(machine, &documents, &budget))
}

/// What belongs to no machine.
fn write_beside(site: &Site, folder: &Folder) -> Result<()> {
    folder.write_secret(TOKENS, &site.keys.token_manifests)?;
    folder.write_public(VAGRANT, vagrant::document(site.scope.cluster)?.as_deref())?;
    if let Some(parameters) = aws::parameters(site)? {
        folder.write_secret(PARAMETERS, &parameters)?;
    }
    Ok(())
}

/// Says what [`write`] would change, host by host, and writes nothing.
pub fn compare(site: &Site, dist: &Path, names: &[String], mut each: impl FnMut(HostDiff)) -> Result<()> {
    let cluster = site.scope.cluster;
    let folder = Folder::open(dist, &cluster.name)?;
    for machine in Machine::named(cluster, names)? {
        each(diff::diff(&folder, machine, &Documents::of(site, machine)?)?);
    }
    if let Some(parameters) = aws::parameters(site)? {
        each(diff::secret_file(&folder, PARAMETERS, &parameters)?);
    }
    let all: Vec<String> = Machine::all(cluster).map(|machine| machine.folder()).collect();
    let old = folder.summary()?.filter(|_| names.is_empty());
    old.iter().flat_map(|old| diff::removed(old, &all)).for_each(each);
    Ok(())
}

/// What was said of machines before, by folder, if not all of them are rendered now.
fn earlier(folder: &Folder, names: &[String]) -> Result<BTreeMap<String, HostSummary>> {
    let old = if names.is_empty() { None } else { folder.summary()? };
    let hosts = old.into_iter().flat_map(|old| old.hosts);
    Ok(hosts.map(|host| (host.folder.clone(), host)).collect())
}

fn folders<'a>(machines: impl IntoIterator<Item = Machine<'a>>) -> BTreeSet<String> {
    machines.into_iter().map(|machine| machine.folder()).collect()
}
