//! Reads the raw image and packs its clusters on several threads, in the order of the disk: what the writers of
//! compressed formats have in common.
//!
//! A reader cuts the data into chunks, workers pack them, and the caller gets them back in order. Chunks
//! have fixed bounds on the disk and each is packed by itself, so the number of threads changes nothing.
//! Queues are short: memory stays flat whatever the size of the disk.

use super::extents::{Extents, is_zero};
use crate::Result;
use anyhow::Context as _;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// log2 of [`CLUSTER`].
pub const CLUSTER_BITS: u32 = 16;
/// Bytes in a cluster, by which QEMU's and VMware's formats divide a disk unless told otherwise.
pub const CLUSTER: u64 = 1 << CLUSTER_BITS;
/// [`CLUSTER`] as a length in memory.
pub const CLUSTER_BYTES: usize = 1 << CLUSTER_BITS;
/// Clusters in a chunk.
const CHUNK_CLUSTERS: u64 = 16;
const CHUNK: u64 = CHUNK_CLUSTERS * CLUSTER;
/// Chunks that may wait for each worker.
const QUEUE_PER_WORKER: usize = 4;

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

    /// Number and bytes of each of its clusters that is not all zeros.
    pub fn data(&self) -> impl Iterator<Item = (u64, &[u8])> {
        (self.first_cluster..).zip(self.clusters()).filter(|(_, bytes)| !is_zero(bytes))
    }
}

type Answer<T> = Receiver<Result<Vec<T>>>;
type Question<T> = (Chunk, SyncSender<Result<Vec<T>>>);

/// Gives what `pack` makes of every chunk of `raw` that has data to `take`, in ascending order; packs on `jobs`
/// threads.
pub fn run<T: Send>(
    raw: &File,
    jobs: usize,
    pack: impl Fn(&Chunk) -> Result<Vec<T>> + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let jobs = jobs.max(1);
    let (questions, to_workers) = sync_channel(jobs * QUEUE_PER_WORKER);
    let (answers, in_order) = sync_channel(jobs * QUEUE_PER_WORKER);
    let to_workers = Mutex::new(to_workers);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(raw, &questions, &answers));
        for _ in 0..jobs {
            scope.spawn(|| work(&to_workers, &pack));
        }
        let taken = take_all(in_order, &mut take);
        let read = reader.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the reader panicked")));
        taken.and(read)
    })
}

fn take_all<T>(in_order: Receiver<Answer<T>>, take: &mut impl FnMut(T) -> Result<()>) -> Result<()> {
    for answer in in_order {
        let chunk = answer.recv().context("a compressing thread has gone")??;
        chunk.into_iter().try_for_each(&mut *take)?;
    }
    Ok(())
}

/// Ends early, without an error, when nobody takes the answers any more.
fn read<T>(raw: &File, questions: &SyncSender<Question<T>>, answers: &SyncSender<Answer<T>>) -> Result<()> {
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

fn work<T>(questions: &Mutex<Receiver<Question<T>>>, pack: &impl Fn(&Chunk) -> Result<Vec<T>>) {
    loop {
        let Ok(Ok((chunk, answer))) = questions.lock().map(|queue| queue.recv()) else { return };
        // Whoever does not wait for the answer has failed and says so.
        drop(answer.send(pack(&chunk)));
    }
}
