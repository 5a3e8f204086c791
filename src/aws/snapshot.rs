//! Snapshots: found by their tags, started, completed, awaited, deleted.

use super::call::{call, passing, persist, unless_gone};
use super::connection::Connection;
use super::plan::{BLOCK, linear};
use super::state::State;
use super::tags::{self, Tags};
use super::trouble::Trouble;
use crate::Result;
use crate::digest::Sha256;
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::report::Report;
use aws_sdk_ebs::types::{ChecksumAggregationMethod, ChecksumAlgorithm, Tag};
use aws_sdk_ec2::primitives::DateTime;
use aws_sdk_ec2::types::{Filter, Snapshot, SnapshotState};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Minutes after the last block after which AWS gives an upload up; long enough for a run on the next day.
const TIMEOUT_MINUTES: i32 = 1440;
/// How long a snapshot may take to be usable once it is complete.
const PATIENCE: Duration = Duration::from_secs(3600);
/// How long a snapshot stays pending after its last block at most, for one that is about to be deleted.
const SETTLING: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_secs(5);

/// The account's own snapshots that match all `filters`, the newest first.
pub async fn find(connection: &Connection, report: &Report, filters: Vec<Filter>) -> Result<Vec<Snapshot>> {
    let (mut found, mut token) = (Vec::new(), None::<String>);
    loop {
        let request = || {
            let request = connection.ec2.describe_snapshots().owner_ids("self");
            request.set_filters(Some(filters.clone())).set_next_token(token.clone()).send()
        };
        let page = call(report, "ec2:DescribeSnapshots", "the account's snapshots", request).await?;
        found.extend(page.snapshots().iter().cloned());
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            found.sort_by_key(|snapshot| Reverse(snapshot.start_time().map(DateTime::secs)));
            return Ok(found);
        }
    }
}

/// The digest of the image that `snapshot` holds, as its tags say.
pub fn digest_of(snapshot: &Snapshot) -> Option<Sha256> {
    tags::from_ec2(snapshot.tags()).get(tags::DIGEST)?.parse().ok()
}

/// Starts the snapshot of an upload, or finds it again: AWS answers the same request with the same snapshot.
pub async fn start(
    connection: &Connection,
    report: &Report,
    state: &State,
    volume_gib: u64,
    tags: &Tags,
) -> Result<String> {
    let gib = i64::try_from(volume_gib)?;
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let tags: Vec<Tag> = tags.iter().map(tag).collect();
    let request = || {
        let request = connection.ebs.start_snapshot().volume_size(gib).timeout(TIMEOUT_MINUTES);
        let request = request.client_token(&state.upload.client_token).set_tags(Some(tags.clone()));
        request.set_parent_snapshot_id(state.upload.parent.clone()).send()
    };
    let answer = call(report, "ebs:StartSnapshot", "the new snapshot", request).await?;
    // moto counts in KiB
    let size = answer.block_size().and_then(|size| usize::try_from(size).ok()).unwrap_or(BLOCK);
    if size != BLOCK && size != BLOCK / 1024 {
        let message = format!("AWS wants blocks of {size} bytes, and imgbuild knows {BLOCK} only");
        return Err(Fault::unavailable(message).hint("use a newer imgbuild").into());
    }
    let id = answer.snapshot_id().map(str::to_owned);
    Ok(id.ok_or_else(|| Fault::unavailable("AWS started a snapshot without a name").hint("run this again"))?)
}

/// Says that all blocks of `sent` are there; AWS compares the checksum of them all.
pub async fn complete(
    connection: &Connection,
    report: &Report,
    snapshot: &str,
    sent: &BTreeMap<u32, Sha256>,
) -> Result<(), Trouble> {
    let count = i32::try_from(sent.len()).unwrap_or(i32::MAX);
    let checksum = linear(sent);
    let request = || {
        let request = connection.ebs.complete_snapshot().snapshot_id(snapshot).changed_blocks_count(count);
        let request =
            request.checksum(&checksum).checksum_algorithm(ChecksumAlgorithm::ChecksumAlgorithmSha256);
        request.checksum_aggregation_method(ChecksumAggregationMethod::ChecksumAggregationLinear).send()
    };
    let place = format!("snapshot `{snapshot}`");
    persist(report, "ebs:CompleteSnapshot", &place, passing, request).await.map(drop)
}

/// Waits until the snapshot can be used.
pub async fn wait(connection: &Connection, report: &Report, snapshot: &str) -> Result<()> {
    let since = Stopwatch::new();
    while since.elapsed() < PATIENCE {
        match state(connection, report, snapshot).await? {
            Some(SnapshotState::Completed) => return Ok(()),
            Some(SnapshotState::Error) => {
                let message = format!("AWS could not complete snapshot `{snapshot}`");
                return Err(Fault::unavailable(message).hint("run this again: it starts a new one").into());
            }
            _ => tokio::time::sleep(LOOK).await,
        }
    }
    let message =
        format!("snapshot `{snapshot}` is still not usable after {} minutes", PATIENCE.as_secs() / 60);
    Err(Fault::unavailable(message).hint("run this again to go on waiting").into())
}

/// Where the snapshot stands; `None` if AWS does not know it.
pub async fn state(
    connection: &Connection,
    report: &Report,
    snapshot: &str,
) -> Result<Option<SnapshotState>> {
    let (action, place) = ("ec2:DescribeSnapshots", format!("snapshot `{snapshot}`"));
    let request = || connection.ec2.describe_snapshots().snapshot_ids(snapshot).send();
    match persist(report, action, &place, passing, request).await {
        Ok(answer) => Ok(answer.snapshots().first().and_then(|found| found.state().cloned())),
        Err(trouble) if trouble.is_absent() => Ok(None),
        Err(trouble) => Err(trouble.fault(action, &place).into()),
    }
}

/// Index and token of each block that a completed snapshot has.
pub async fn blocks(
    connection: &Connection,
    report: &Report,
    snapshot: &str,
) -> Result<BTreeMap<u32, String>, Trouble> {
    let (mut blocks, mut token) = (BTreeMap::new(), None::<String>);
    let place = format!("snapshot `{snapshot}`");
    loop {
        let request = || {
            connection.ebs.list_snapshot_blocks().snapshot_id(snapshot).set_next_token(token.clone()).send()
        };
        let page = persist(report, "ebs:ListSnapshotBlocks", &place, passing, request).await?;
        let pair = |block: &aws_sdk_ebs::types::Block| {
            Some((u32::try_from(block.block_index()?).ok()?, block.block_token()?.to_owned()))
        };
        blocks.extend(page.blocks().iter().filter_map(pair));
        token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
        if token.is_none() {
            return Ok(blocks);
        }
    }
}

/// Whether the snapshot is completed and has all of `wanted`; one that is still open may not be asked, and is not.
pub async fn is_whole(
    connection: &Connection,
    report: &Report,
    snapshot: &str,
    wanted: &BTreeMap<u32, Sha256>,
) -> Result<bool> {
    if state(connection, report, snapshot).await? != Some(SnapshotState::Completed) {
        return Ok(false);
    }
    match blocks(connection, report, snapshot).await {
        Ok(blocks) => {
            let there: BTreeSet<u32> = blocks.into_keys().collect();
            Ok(wanted.keys().all(|index| there.contains(index)))
        }
        Err(trouble) if trouble.is_closed() => Ok(false),
        Err(trouble) => {
            Err(trouble.fault("ebs:ListSnapshotBlocks", &format!("snapshot `{snapshot}`")).into())
        }
    }
}

/// Whether the snapshot, which takes no blocks, is completed and has all of `wanted`, once AWS has made up its mind.
pub async fn settles(
    connection: &Connection,
    report: &Report,
    snapshot: &str,
    wanted: &BTreeMap<u32, Sha256>,
) -> Result<bool> {
    let since = Stopwatch::new();
    while since.elapsed() < SETTLING
        && state(connection, report, snapshot).await? == Some(SnapshotState::Pending)
    {
        tokio::time::sleep(LOOK).await;
    }
    is_whole(connection, report, snapshot, wanted).await
}

/// Deletes the snapshot; that it is gone already is fine.
pub async fn delete(connection: &Connection, report: &Report, snapshot: &str) -> Result<()> {
    let (action, place) = ("ec2:DeleteSnapshot", format!("snapshot `{snapshot}`"));
    let request = || connection.ec2.delete_snapshot().snapshot_id(snapshot).send();
    unless_gone(report, action, &place, request).await
}
