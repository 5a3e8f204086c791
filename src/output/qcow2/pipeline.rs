//! Reads the raw image and compresses its clusters on several threads, in the order of the disk.
//!
//! A reader cuts the data into chunks, workers compress them, and the caller gets them back in order. Chunks
//! have fixed bounds on the disk and each is compressed by itself, so the number of threads changes nothing.
//! Queues are short: memory stays flat whatever the size of the disk.

use super::compression::Compression;
use super::earlier::Earlier;
use super::{CLUSTER, CLUSTER_BYTES};
use crate::Result;
use crate::output::extents::{Extents, is_zero};
use anyhow::Context as _;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Clusters in a chunk.
const CHUNK_CLUSTERS: u64 = 16;
const CHUNK: u64 = CHUNK_CLUSTERS * CLUSTER;
/// Chunks that may wait for each worker.
const QUEUE_PER_WORKER: usize = 4;

/// A cluster of the disk that is not all zeros.
pub struct Packed {
    /// Its number on the disk.
    pub number: u64,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The bytes of a cluster.
pub enum Bytes {
    /// As they are, for compression gains nothing.
    Plain(Vec<u8>),
    /// Compressed.
    Compressed(Vec<u8>),
}

/// A chunk of the disk.
pub struct Chunk {
    /// Its first cluster's number on the disk.
    pub first_cluster: u64,
    /// Its bytes, padded with zeros to whole clusters.
    pub bytes: Vec<u8>,
}

impl Chunk {
    /// The bytes of each of its clusters.
    pub fn clusters(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(CLUSTER_BYTES)
    }
}

/// Where compressed clusters come from.
#[derive(Clone, Copy)]
pub struct Packer<'a> {
    /// How they are compressed.
    pub compression: Compression,
    /// An image that may have them already.
    pub earlier: Option<&'a Earlier>,
}

type Answer = Receiver<Result<Vec<Packed>>>;
type Question = (Chunk, SyncSender<Result<Vec<Packed>>>);

/// Gives every cluster of `raw` that is not zero to `take`, in ascending order; packs on `jobs` threads.
pub fn run(
    raw: &File,
    packer: Packer,
    jobs: usize,
    mut take: impl FnMut(Packed) -> Result<()>,
) -> Result<()> {
    let jobs = jobs.max(1);
    let (questions, to_workers) = sync_channel(jobs * QUEUE_PER_WORKER);
    let (answers, in_order) = sync_channel(jobs * QUEUE_PER_WORKER);
    let to_workers = Mutex::new(to_workers);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(raw, &questions, &answers));
        for _ in 0..jobs {
            scope.spawn(|| work(&to_workers, packer));
        }
        let taken = take_all(in_order, &mut take);
        let read = reader.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the reader panicked")));
        taken.and(read)
    })
}

fn take_all(in_order: Receiver<Answer>, take: &mut impl FnMut(Packed) -> Result<()>) -> Result<()> {
    for answer in in_order {
        let chunk = answer.recv().context("a compressing thread has gone")??;
        chunk.into_iter().try_for_each(&mut *take)?;
    }
    Ok(())
}

/// Ends early, without an error, when nobody takes the answers any more.
fn read(raw: &File, questions: &SyncSender<Question>, answers: &SyncSender<Answer>) -> Result<()> {
    let length = raw.metadata()?.len();
    let mut position = 0;
    for extent in Extents::of(raw)? {
        let extent = extent?;
        let mut start = (extent.start / CHUNK * CHUNK).max(position);
        while start < extent.end {
            let chunk = read_chunk(raw, start, length)?;
            let (answer, to_be_answered) = sync_channel(1);
            if answers.send(to_be_answered).is_err() || questions.send((chunk, answer)).is_err() {
                return Ok(());
            }
            start += CHUNK;
        }
        position = start;
    }
    Ok(())
}

fn read_chunk(raw: &File, start: u64, length: u64) -> Result<Chunk> {
    let available = usize::try_from(CHUNK.min(length - start))?;
    let mut bytes = vec![0; available.next_multiple_of(CLUSTER_BYTES)];
    raw.read_exact_at(&mut bytes[..available], start).context("reading the raw image")?;
    Ok(Chunk { first_cluster: start / CLUSTER, bytes })
}

fn work(questions: &Mutex<Receiver<Question>>, packer: Packer) {
    loop {
        let Ok(Ok((chunk, answer))) = questions.lock().map(|queue| queue.recv()) else { return };
        // Whoever does not wait for the answer has failed and says so.
        drop(answer.send(pack(&chunk, packer)));
    }
}

fn pack(chunk: &Chunk, with: Packer) -> Result<Vec<Packed>> {
    match with.earlier.and_then(|earlier| earlier.packed(chunk)) {
        Some(packed) => Ok(packed),
        None => compress(chunk, with.compression),
    }
}

fn compress(chunk: &Chunk, compression: Compression) -> Result<Vec<Packed>> {
    let data: Vec<_> =
        (chunk.first_cluster..).zip(chunk.clusters()).filter(|(_, bytes)| !is_zero(bytes)).collect();
    let compressed = compression.compress_each(data.iter().map(|(_, bytes)| *bytes))?;
    let pack = |((number, plain), compressed): ((u64, &[u8]), Option<Vec<u8>>)| Packed {
        number,
        bytes: compressed.map_or_else(|| Bytes::Plain(plain.to_vec()), Bytes::Compressed),
    };
    Ok(data.into_iter().zip(compressed).map(pack).collect())
}
