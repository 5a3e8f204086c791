//! Writes a disk as it is read: header, grains with a grain table after each full set, and at the end what
//! could not be known before: the grain directory, the footer that says where it is, the end-of-stream marker.

use super::descriptor::{self, Identity};
use super::grain::{self, Grain};
use super::header::{self, DIRECTORY_AT_END};
use super::marker::{self, Kind};
use super::{GRAIN_SECTORS, OVERHEAD_SECTORS, SECTOR, SECTOR_BYTES, TABLE_ENTRIES, TABLE_LENGTH};
use crate::Result;
use crate::error::Fault;
use crate::output::pipeline;
use anyhow::Context as _;
use std::fs::File;
use std::io::{BufWriter, Write};

const BUFFER_BYTES: usize = 1 << 20;
/// Sectors that a grain table takes.
const TABLE_SECTORS: u64 = TABLE_ENTRIES as u64 * size_of::<u32>() as u64 / SECTOR;
/// Sectors of the disk behind one grain table.
const TABLE_COVERS: u64 = TABLE_ENTRIES as u64 * GRAIN_SECTORS;
/// Offsets in tables have 32 bits; with markers and bytes that do not compress a file may be a little larger
/// than the disk. VMware's own limit.
const LARGEST_DISK: u64 = (2 << 40) - (64 << 20);

/// Writes the disk in the sparse file `raw` (a multiple of 512 bytes) to `out`.
///
/// The bytes depend on the contents of `raw`, `identity` and the version of the compressing library only: not on
/// `jobs`, the number of compressing threads, and not on where `raw` has holes.
pub fn write(raw: &File, out: impl Write, identity: &Identity, jobs: usize) -> Result<()> {
    let capacity = capacity(raw.metadata()?.len())?;
    let mut writer = Writer::begin(BufWriter::with_capacity(BUFFER_BYTES, out), identity, capacity)?;
    pipeline::run(raw, jobs, grain::pack, |grain| writer.add(&grain))?;
    writer.finish().context("writing the tables of a VMDK")
}

fn capacity(size: u64) -> Result<u64> {
    if size.is_multiple_of(SECTOR) && size <= LARGEST_DISK && size > 0 {
        return Ok(size / SECTOR);
    }
    let fault = Fault::input(format!("a VMDK cannot have a disk of `{size}` bytes"));
    Err(fault.hint("take a whole number of 512-byte sectors, up to 2047 GiB").into())
}

struct Writer<W: Write> {
    out: W,
    /// Sectors written.
    position: u64,
    capacity: u64,
    /// Sector of each grain table; 0 where the disk is all zeros.
    directory: Vec<u32>,
    table: Option<Table>,
}

/// The grain table that is being filled.
struct Table {
    number: u64,
    entries: Vec<u32>,
}

impl<W: Write> Writer<W> {
    fn begin(out: W, identity: &Identity, capacity: u64) -> Result<Self> {
        let directory = vec![0; usize::try_from(capacity.div_ceil(TABLE_COVERS))?];
        let mut writer = Self { out, position: 0, capacity, directory, table: None };
        writer.append(&header::to_bytes(capacity, DIRECTORY_AT_END))?;
        writer.append(&descriptor::to_bytes(identity, capacity)?)?;
        let padding = usize::try_from(OVERHEAD_SECTORS - writer.position)? * SECTOR_BYTES;
        writer.append(&vec![0; padding])?;
        Ok(writer)
    }

    fn add(&mut self, grain: &Grain) -> Result<()> {
        let tables = u64::from(TABLE_ENTRIES);
        let (number, index) = (grain.number / tables, usize::try_from(grain.number % tables)?);
        if self.table.as_ref().is_some_and(|table| table.number != number) {
            self.finish_table()?;
        }
        let place = self.place()?;
        let table = self.table.get_or_insert_with(|| Table { number, entries: vec![0; TABLE_LENGTH] });
        table.entries[index] = place;
        self.append(&grain.bytes)
    }

    fn finish_table(&mut self) -> Result<()> {
        if let Some(Table { number, entries }) = self.table.take() {
            self.append(&marker::metadata(Kind::GrainTable, TABLE_SECTORS))?;
            self.directory[usize::try_from(number)?] = self.place()?;
            self.append(&to_bytes(&entries))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.finish_table()?;
        let directory = to_bytes(&self.directory);
        self.append(&marker::metadata(Kind::GrainDirectory, directory.len() as u64 / SECTOR))?;
        let directory_at = self.position;
        self.append(&directory)?;
        self.append(&marker::metadata(Kind::Footer, 1))?;
        self.append(&header::to_bytes(self.capacity, directory_at))?;
        self.append(&marker::metadata(Kind::EndOfStream, 0))?;
        Ok(self.out.flush()?)
    }

    /// Where the next sector goes, as tables say it.
    fn place(&self) -> Result<u32> {
        u32::try_from(self.position).context("a VMDK has grown too large")
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        debug_assert!(bytes.len().is_multiple_of(SECTOR_BYTES));
        self.out.write_all(bytes)?;
        self.position += bytes.len() as u64 / SECTOR;
        Ok(())
    }
}

/// Entries padded to whole sectors.
fn to_bytes(entries: &[u32]) -> Vec<u8> {
    let mut bytes: Vec<u8> = entries.iter().flat_map(|entry| entry.to_le_bytes()).collect();
    bytes.resize(bytes.len().next_multiple_of(SECTOR_BYTES), 0);
    bytes
}
