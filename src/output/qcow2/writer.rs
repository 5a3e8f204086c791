//! Writes an image: header and L1 table first, then data and L2 tables as the disk is read, refcounts last.

use super::allocation::Allocation;
use super::compression::Compression;
use super::descriptor::{Cluster, l1_entry};
use super::earlier::Earlier;
use super::header::Header;
use super::pack::{self, Bytes, Packed};
use super::{CLUSTER, CLUSTER_BITS, CLUSTER_BYTES, ENTRY_BYTES, refcounts};
use crate::Result;
use crate::error::Fault;
use crate::output::pipeline;
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};

const SECTOR: u64 = 512;
/// Entries of an L2 table.
const L2_ENTRIES: u64 = CLUSTER / ENTRY_BYTES;
/// [`L2_ENTRIES`] as a length in memory.
const L2_LENGTH: usize = CLUSTER_BYTES / size_of::<u64>();
/// Bytes of the L1 table that QEMU accepts (`QCOW_MAX_L1_SIZE`).
const L1_LIMIT: u64 = 32 << 20;
const BUFFER_BYTES: usize = 1 << 20;

/// Writes the disk in the sparse file `raw` (a multiple of 512 bytes) to `out`, which must be empty.
///
/// The bytes depend on the contents of `raw`, `compression` and the versions of the compressing libraries
/// only: not on `jobs`, the number of compressing threads, and not on where `raw` has holes.
///
/// What has not changed since `earlier`, an image of the same compression, is taken from there.
pub fn write(
    raw: &File,
    out: &mut (impl Write + Seek),
    compression: Compression,
    jobs: usize,
    earlier: Option<&Earlier>,
) -> Result<()> {
    let size = raw.metadata()?.len();
    let l1_entries = size.div_ceil(CLUSTER * L2_ENTRIES);
    check_size(size, l1_entries)?;
    let mut writer = Writer::new(BufWriter::with_capacity(BUFFER_BYTES, out), l1_entries)?;
    let pack = |chunk: &pipeline::Chunk| pack::pack(chunk, compression, earlier);
    pipeline::run(raw, jobs, pack, |cluster| writer.add(cluster))?;
    writer.finish(size, compression).context("writing the tables of a qcow2 image")
}

fn check_size(size: u64, l1_entries: u64) -> Result<()> {
    if size.is_multiple_of(SECTOR) && l1_entries * ENTRY_BYTES <= L1_LIMIT {
        return Ok(());
    }
    let fault = Fault::input(format!("a qcow2 image cannot have a disk of `{size}` bytes"));
    Err(fault.hint("take a whole number of 512-byte sectors, up to 2 PiB").into())
}

struct Writer<W: Write + Seek> {
    out: BufWriter<W>,
    /// Where the next byte goes without seeking.
    position: u64,
    allocation: Allocation,
    l1_offset: u64,
    l1: Vec<u64>,
    l2: Option<L2>,
}

/// The L2 table that is being filled.
struct L2 {
    number: u64,
    entries: Vec<u64>,
}

impl<W: Write + Seek> Writer<W> {
    fn new(out: BufWriter<W>, l1_entries: u64) -> Result<Self> {
        let mut allocation = Allocation::default();
        allocation.clusters(1)?; // the header
        let l1_offset = allocation.clusters((l1_entries * ENTRY_BYTES).div_ceil(CLUSTER))?;
        let l1 = vec![0; usize::try_from(l1_entries)?];
        Ok(Self { out, position: 0, allocation, l1_offset, l1, l2: None })
    }

    fn add(&mut self, cluster: Packed) -> Result<()> {
        let place = match cluster.bytes {
            Bytes::Plain(bytes) => {
                let offset = self.allocation.clusters(1)?;
                self.write_at(offset, &bytes)?;
                Cluster::Plain(offset)
            }
            Bytes::Compressed(bytes) => {
                let length = bytes.len() as u64;
                let offset = self.allocation.packed(length)?;
                self.write_at(offset, &bytes)?;
                Cluster::Compressed { offset, length }
            }
        };
        let (table, index) = (cluster.number / L2_ENTRIES, cluster.number % L2_ENTRIES);
        self.l2_table(table)?.entries[usize::try_from(index)?] = place.to_entry(CLUSTER_BITS);
        Ok(())
    }

    /// The table called `number`; the one before is written when another is asked for.
    fn l2_table(&mut self, number: u64) -> Result<&mut L2> {
        if self.l2.as_ref().is_some_and(|l2| l2.number != number) {
            self.finish_l2()?;
        }
        Ok(self.l2.get_or_insert_with(|| L2 { number, entries: vec![0; L2_LENGTH] }))
    }

    fn finish_l2(&mut self) -> Result<()> {
        if let Some(L2 { number, entries }) = self.l2.take() {
            let offset = self.allocation.clusters(1)?;
            self.write_at(offset, &to_bytes(&entries))?;
            self.l1[usize::try_from(number)?] = l1_entry(offset);
        }
        Ok(())
    }

    fn finish(mut self, size: u64, compression: Compression) -> Result<()> {
        self.finish_l2()?;
        let (l1_offset, l1) = (self.l1_offset, to_bytes(&self.l1));
        self.write_at(l1_offset, &l1)?;
        let table = refcounts::write(&mut self.out, self.allocation)?;
        let header = Header {
            size,
            compression,
            l1_entries: u32::try_from(self.l1.len())?,
            l1_offset,
            refcount_table_offset: table.offset,
            refcount_table_clusters: u32::try_from(table.clusters)?,
        };
        self.out.rewind()?;
        self.out.write_all(&header.to_bytes())?;
        Ok(self.out.flush()?)
    }

    /// Seeks only where it must, for that empties the buffer.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> Result<()> {
        if offset != self.position {
            self.out.seek(SeekFrom::Start(offset))?;
        }
        self.out.write_all(bytes)?;
        self.position = offset + bytes.len() as u64;
        Ok(())
    }
}

fn to_bytes(entries: &[u64]) -> Vec<u8> {
    entries.iter().flat_map(|entry| entry.to_be_bytes()).collect()
}
