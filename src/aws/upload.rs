//! Blocks into a snapshot, many at a time, each read just before it is sent: memory does not grow with the image.

use super::call::{passing, persist};
use super::connection::Connection;
use super::plan::{self, BLOCK};
use super::source::Source;
use super::state::State;
use super::tags::Tags;
use super::trouble::Trouble;
use super::{snapshot, tags};
use crate::Result;
use crate::digest::Sha256;
use crate::environment::Stopwatch;
use crate::error::Fault;
use crate::report::Report;
use aws_sdk_ebs::operation::put_snapshot_block::builders::PutSnapshotBlockFluentBuilder;
use aws_sdk_ebs::primitives::ByteStream;
use aws_sdk_ebs::types::ChecksumAlgorithm;
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Blocks on their way at once.
const PARALLEL: usize = 32;
/// For so long after it was started a snapshot may be unknown to those who take its blocks (awslabs/coldsnap#43).
const UNKNOWN_FOR: Duration = Duration::from_secs(120);
/// How long after a failure other blocks may still arrive, each.
const LAST_CALL: Duration = Duration::from_secs(5);

/// What an upload did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploaded {
    /// The snapshot.
    pub snapshot: String,
    /// Blocks that this run has sent.
    pub sent: usize,
}

/// A block on its way.
struct Block {
    connection: Connection,
    report: Report,
    file: Arc<File>,
    snapshot: String,
    index: u32,
    digest: Sha256,
    started: Stopwatch,
}

/// Why a block did not arrive.
enum Lost {
    /// The snapshot takes no blocks.
    Closed(Fault),
    /// Anything else.
    Other(anyhow::Error),
}

/// Sends `blocks` of `source`, into the snapshot that an earlier run began if there is one, and completes it.
pub async fn upload(
    connection: &Connection,
    report: &Report,
    source: &Source,
    blocks: &BTreeMap<u32, Sha256>,
    mut state: State,
) -> Result<Uploaded> {
    let tags = tags::of_snapshot(source, state.upload.parent.as_deref());
    let earlier = begun(connection, report, &state, &tags).await?;
    match &earlier {
        Some(snapshot) => {
            report.step(format!("going on with snapshot `{snapshot}`"));
            state.adopt(snapshot)?;
        }
        None if state.upload.snapshot.is_some() => state.restart()?,
        None => {}
    }
    loop {
        state.save()?; // the token must be known before the snapshot is
        let snapshot = match &state.upload.snapshot {
            Some(snapshot) => snapshot.clone(),
            None => snapshot::start(connection, report, &state, source.plan.volume_gib(), &tags).await?,
        };
        state.adopt(&snapshot)?;
        match fill(connection, report, source, blocks, &mut state).await {
            Ok(sent) => {
                state.forget()?;
                return Ok(Uploaded { snapshot, sent });
            }
            // completed already, by a call whose answer nobody heard
            Err(Lost::Closed(_)) if snapshot::settles(connection, report, &snapshot, blocks).await? => {
                state.forget()?;
                return Ok(Uploaded { snapshot, sent: 0 });
            }
            // what was begun long ago may have been given up by AWS
            Err(Lost::Closed(fault)) if earlier.as_ref() == Some(&snapshot) => {
                report.step(format!("starting anew: {fault}"));
                snapshot::delete(connection, report, &snapshot).await?;
                state.restart()?;
            }
            Err(Lost::Closed(fault)) => return Err(fault.into()),
            Err(Lost::Other(error)) => {
                state.save()?;
                return Err(error);
            }
        }
    }
}

/// The snapshot of an earlier run for this very image, by its file here or by its tags there.
async fn begun(
    connection: &Connection,
    report: &Report,
    state: &State,
    tags: &Tags,
) -> Result<Option<String>> {
    if let Some(snapshot) = &state.upload.snapshot {
        let known = snapshot::state(connection, report, snapshot).await?;
        return Ok(known.map(|_| snapshot.clone()));
    }
    let same = [tags::DIGEST, tags::PARENT].map(|key| tags::filter(key, &tags[key]));
    let found = snapshot::find(connection, report, same.into()).await?;
    Ok(found.first().and_then(|snapshot| snapshot.snapshot_id().map(str::to_owned)))
}

/// Sends what the snapshot of `state` lacks of `blocks`, and completes it; returns how many blocks that were.
async fn fill(
    connection: &Connection,
    report: &Report,
    source: &Source,
    blocks: &BTreeMap<u32, Sha256>,
    state: &mut State,
) -> Result<usize, Lost> {
    let snapshot = state.upload.snapshot.clone().unwrap_or_default();
    let left: Vec<(u32, Sha256)> = blocks
        .iter()
        .filter(|(index, _)| !state.has(**index))
        .map(|(index, digest)| (*index, *digest))
        .collect();
    report.step(format!("sending {} of {} blocks to `{snapshot}`", left.len(), blocks.len()));
    send_all(connection, report, source, &left, state).await?;
    let place = format!("snapshot `{snapshot}`");
    snapshot::complete(connection, report, &snapshot, blocks)
        .await
        .map_err(|trouble| Lost::of(&trouble, "ebs:CompleteSnapshot", &place))?;
    Ok(left.len())
}

/// Sends the blocks `left` to the snapshot of `state`, which learns of each that arrives.
async fn send_all(
    connection: &Connection,
    report: &Report,
    source: &Source,
    left: &[(u32, Sha256)],
    state: &mut State,
) -> Result<(), Lost> {
    let snapshot = state.upload.snapshot.clone().unwrap_or_default();
    let file = fs_err::File::open(&source.path).map_err(|error| Lost::Other(error.into()))?;
    let file = Arc::new(file.into_file());
    let progress = report.progress(&source.name, Some((left.len() * BLOCK) as u64));
    let started = Stopwatch::new();
    let mut waiting = left.iter();
    let mut on_their_way = JoinSet::new();
    let mut lost = None;
    loop {
        while lost.is_none() && on_their_way.len() < PARALLEL {
            let Some((index, digest)) = waiting.next() else { break };
            let block = Block {
                connection: connection.clone(),
                report: report.clone(),
                file: file.clone(),
                snapshot: snapshot.clone(),
                index: *index,
                digest: *digest,
                started,
            };
            on_their_way.spawn(block.send());
        }
        let Some(arrived) = next(&mut on_their_way, lost.is_some()).await else { break };
        match arrived {
            Ok(index) => {
                state.finish(index).map_err(Lost::Other)?;
                progress.advance(BLOCK as u64);
            }
            Err(first) => lost = lost.or(Some(first)),
        }
    }
    lost.map_or(Ok(()), Err)
}

/// The next block that arrived or got lost. Once one is lost, the others are given little time: what arrives need not
/// be sent again.
async fn next(on_their_way: &mut JoinSet<Result<u32, Lost>>, hurry: bool) -> Option<Result<u32, Lost>> {
    let next = on_their_way.join_next();
    let arrived = if hurry { tokio::time::timeout(LAST_CALL, next).await.ok()? } else { next.await };
    arrived.map(|ended| ended.unwrap_or_else(|error| Err(Lost::Other(error.into()))))
}

impl Block {
    async fn send(self) -> Result<u32, Lost> {
        let bytes = self.read().await.map_err(Lost::Other)?;
        let place = format!("block {} of snapshot `{}`", self.index, self.snapshot);
        let young = |trouble: &Trouble| {
            trouble.code == "ResourceNotFoundException" && self.started.elapsed() < UNKNOWN_FOR
        };
        let again = |trouble: &Trouble, tries: u32| passing(trouble, tries) || young(trouble);
        let put = || self.request(bytes.clone()).send();
        let sent = persist(&self.report, "ebs:PutSnapshotBlock", &place, again, put).await;
        sent.map(|_| self.index).map_err(|trouble| Lost::of(&trouble, "ebs:PutSnapshotBlock", &place))
    }

    /// The block's bytes, which must be those that were planned.
    async fn read(&self) -> Result<Vec<u8>> {
        let (file, index, planned) = (self.file.clone(), self.index, self.digest);
        let read = tokio::task::spawn_blocking(move || {
            let bytes = plan::read(&file, index)?;
            let same = Sha256::of(&bytes) == planned;
            std::io::Result::Ok(same.then_some(bytes))
        });
        let bytes = read.await??.ok_or_else(|| {
            Fault::mismatch(format!("block {index} of the image changed while it was published"))
                .hint("run this again when nothing writes to the image")
        })?;
        Ok(bytes)
    }

    fn request(&self, bytes: Vec<u8>) -> PutSnapshotBlockFluentBuilder {
        let request = self.connection.ebs.put_snapshot_block().snapshot_id(&self.snapshot);
        let request = request.block_index(i32::try_from(self.index).unwrap_or(i32::MAX));
        let request = request.data_length(i32::try_from(BLOCK).unwrap_or(i32::MAX));
        let request = request.checksum(plan::base64(&self.digest));
        let request = request.checksum_algorithm(ChecksumAlgorithm::ChecksumAlgorithmSha256);
        request.block_data(ByteStream::from(bytes))
    }
}

impl Lost {
    fn of(trouble: &Trouble, action: &str, place: &str) -> Self {
        let fault = trouble.fault(action, place);
        if trouble.is_closed() { Self::Closed(fault) } else { Self::Other(fault.into()) }
    }
}
