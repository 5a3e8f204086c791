//! The snapshot that an upload builds upon: then only blocks that differ are sent, and kept.

use super::call::call;
use super::connection::Connection;
use super::plan::Plan;
use super::{snapshot, tags};
use crate::digest::Sha256;
use crate::error::Fault;
use crate::report::Report;
use crate::{Result, atomic};
use aws_sdk_ec2::types::{Filter, Snapshot, SnapshotState};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Which snapshot an upload builds upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// None.
    None,
    /// The newest of an image with the same name.
    Auto,
    /// This one.
    Snapshot(String),
}

/// A snapshot with the digests of its blocks.
pub struct Parent {
    /// Its name.
    pub snapshot: String,
    /// Digest by block index.
    pub blocks: BTreeMap<u32, Sha256>,
}

/// Digests of an image's blocks, kept in the cache.
#[derive(Serialize, Deserialize)]
struct Record {
    blocks: BTreeMap<u32, Sha256>,
}

impl FromStr for Choice {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "none" => Ok(Self::None),
            "auto" => Ok(Self::Auto),
            id if id.starts_with("snap-") => Ok(Self::Snapshot(id.to_owned())),
            _ => {
                Err(Fault::usage(format!("`{text}` is no snapshot")).hint("write `auto`, `none` or `snap-…`"))
            }
        }
    }
}

/// The parent for an upload of `plan`, an image called `image`.
pub async fn choose(
    connection: &Connection,
    report: &Report,
    cache_dir: &Path,
    choice: &Choice,
    image: &str,
    plan: &Plan,
) -> Result<Option<Parent>> {
    let found = match choice {
        Choice::None => None,
        Choice::Auto => newest(connection, report, image, plan).await?,
        Choice::Snapshot(id) => Some(named(connection, report, id).await?),
    };
    let Some(found) = found else { return Ok(None) };
    let id = found.snapshot_id().unwrap_or_default().to_owned();
    let blocks = match snapshot::digest_of(&found).and_then(|digest| recall(cache_dir, &digest)) {
        Some(blocks) => blocks,
        None => read_back(connection, report, &id).await?,
    };
    Ok(Some(Parent { snapshot: id, blocks }))
}

/// Keeps the digests of an image's blocks for the next one that builds upon it.
pub fn remember(cache_dir: &Path, plan: &Plan) -> Result<()> {
    let record = Record { blocks: plan.blocks.clone() };
    atomic::write(&path(cache_dir, &plan.image), serde_json::to_vec(&record)?)
}

fn recall(cache_dir: &Path, image: &Sha256) -> Option<BTreeMap<u32, Sha256>> {
    let bytes = fs_err::read(path(cache_dir, image)).ok()?;
    Some(serde_json::from_slice::<Record>(&bytes).ok()?.blocks)
}

fn path(cache_dir: &Path, image: &Sha256) -> PathBuf {
    cache_dir.join("aws").join(format!("blocks-{image}.json"))
}

/// A volume cannot be smaller than that of the snapshot that it builds upon.
async fn newest(
    connection: &Connection,
    report: &Report,
    image: &str,
    plan: &Plan,
) -> Result<Option<Snapshot>> {
    let completed = Filter::builder().name("status").values(SnapshotState::Completed.as_str()).build();
    let filters = vec![tags::filter(tags::IMAGE, image), completed];
    let gib = i32::try_from(plan.volume_gib()).unwrap_or(i32::MAX);
    let fits = |snapshot: &Snapshot| {
        snapshot::digest_of(snapshot).is_some_and(|digest| digest != plan.image)
            && snapshot.volume_size().unwrap_or_default() <= gib
    };
    Ok(snapshot::find(connection, report, filters).await?.into_iter().find(fits))
}

async fn named(connection: &Connection, report: &Report, id: &str) -> Result<Snapshot> {
    let place = format!("snapshot `{id}`");
    let request = || connection.ec2.describe_snapshots().snapshot_ids(id).send();
    let answer = call(report, "ec2:DescribeSnapshots", &place, request).await?;
    let found = answer.snapshots.unwrap_or_default().into_iter().next();
    Ok(found
        .ok_or_else(|| Fault::usage(format!("there is no {place}")).hint("look at `imgbuild aws list`"))?)
}

/// Where another machine published the parent, nothing is known of its blocks here; AWS gives them.
async fn read_back(connection: &Connection, report: &Report, id: &str) -> Result<BTreeMap<u32, Sha256>> {
    let place = format!("snapshot `{id}`");
    let listed = snapshot::blocks(connection, report, id).await;
    let listed = listed.map_err(|trouble| trouble.fault("ebs:ListSnapshotBlocks", &place))?;
    report.step(format!("reading {} blocks of `{id}`, which was published elsewhere", listed.len()));
    let mut blocks = BTreeMap::new();
    for (index, token) in listed {
        let place = format!("block {index} of snapshot `{id}`");
        let number = i32::try_from(index)?;
        let request = || {
            connection.ebs.get_snapshot_block().snapshot_id(id).block_index(number).block_token(&token).send()
        };
        let answer = call(report, "ebs:GetSnapshotBlock", &place, request).await?;
        blocks.insert(index, Sha256::of(answer.block_data.collect().await?.into_bytes()));
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_published_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let plan = Plan { image: Sha256::of("a"), length: 1, blocks: [(3, Sha256::of("b"))].into() };
        assert_eq!(recall(folder.path(), &plan.image), None);
        remember(folder.path(), &plan).unwrap();
        assert_eq!(recall(folder.path(), &plan.image), Some(plan.blocks));
    }

    #[test]
    fn a_choice_is_a_word_or_a_snapshot() {
        assert_eq!("auto".parse::<Choice>().unwrap(), Choice::Auto);
        assert_eq!("snap-1".parse::<Choice>().unwrap(), Choice::Snapshot("snap-1".into()));
        assert!("ami-1".parse::<Choice>().is_err());
    }
}
