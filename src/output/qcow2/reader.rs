//! Reads the disk in an image that anyone may have made: versions 2 and 3, compressed or not.
//!
//! Nothing in the file is trusted: every table and offset is checked against the length of the file before it
//! is read, so that a hostile image gives an error and never a huge allocation. Images that need more than
//! the file itself (backing file, external data, a key) are refused; snapshots are ignored.

mod parse;
#[cfg(test)]
mod tests;

use super::ENTRY_BYTES;
use super::descriptor::{Cluster, l2_offset};
use crate::Result;
use crate::error::Fault;
use anyhow::{Context as _, ensure};
use parse::Geometry;
use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};

/// L2 tables that are kept, at most; the least recently loaded ones go first.
const L2_CACHE_BYTES: usize = 4 << 20;

/// An open image; reads like the disk in it.
pub struct Reader<F> {
    file: F,
    file_length: u64,
    geometry: Geometry,
    l1: Vec<u64>,
    l2: BTreeMap<u64, Vec<u64>>,
    /// The cluster that was read last.
    cluster: Option<(u64, Vec<u8>)>,
    position: u64,
}

/// How a cluster is stored.
#[derive(Debug, PartialEq, Eq)]
pub enum Stored {
    /// Not at all: it reads as zeros.
    Zero,
    /// As it is.
    Plain,
    /// As these bytes, without those of the next cluster that share its last sector.
    Compressed(Vec<u8>),
}

impl<F: Read + Seek> Reader<F> {
    /// Opens an image; fails with [`crate::error::Kind::Input`] if it is none or needs what this cannot do.
    pub fn open(mut file: F) -> Result<Self> {
        let file_length = file.seek(SeekFrom::End(0))?;
        file.rewind()?;
        let mut header = Vec::new();
        file.by_ref().take(parse::LONGEST_HEADER).read_to_end(&mut header)?;
        let geometry = parse::header(&header)?;
        let mut reader = Self {
            file,
            file_length,
            geometry,
            l1: Vec::new(),
            l2: BTreeMap::new(),
            cluster: None,
            position: 0,
        };
        reader.l1 = reader
            .table(reader.geometry.l1_offset, reader.geometry.l1_used)
            .context("reading the L1 table")?;
        Ok(reader)
    }

    /// Bytes of the disk.
    pub fn size(&self) -> u64 {
        self.geometry.size
    }

    /// Fills `buffer` with what is on the disk from byte `offset`; fails if the disk ends before.
    pub fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let end = offset.checked_add(buffer.len() as u64);
        ensure!(end.is_some_and(|end| end <= self.size()), "reading behind the end of the disk");
        let mut done = 0;
        while done < buffer.len() {
            let position = offset + done as u64;
            let within = usize::try_from(position % self.geometry.cluster_bytes())?;
            let cluster = self.cluster(position / self.geometry.cluster_bytes())?;
            let length = (cluster.len() - within).min(buffer.len() - done);
            buffer[done..done + length].copy_from_slice(&cluster[within..within + length]);
            done += length;
        }
        Ok(())
    }

    /// The bytes of the cluster `number` of the disk.
    fn cluster(&mut self, number: u64) -> Result<&[u8]> {
        let cached = self.cluster.take_if(|(cached, _)| *cached == number);
        let loaded = match cached {
            Some(cached) => cached,
            None => (number, self.load(number).with_context(|| format!("reading cluster `{number}`"))?),
        };
        let (_, bytes) = self.cluster.insert(loaded);
        Ok(bytes)
    }

    /// How the cluster `number` of the disk is stored.
    pub fn stored(&mut self, number: u64) -> Result<Stored> {
        match self.place(number)? {
            Cluster::Zero => Ok(Stored::Zero),
            Cluster::Plain(_) => Ok(Stored::Plain),
            Cluster::Compressed { offset, length } => {
                let mut bytes = self.read_compressed(offset, length)?;
                bytes.truncate(self.geometry.compression.length_of_first(&bytes)?);
                Ok(Stored::Compressed(bytes))
            }
        }
    }

    /// To the end of the last sector, which may be cut off by the end of the file.
    fn read_compressed(&mut self, offset: u64, length: u64) -> Result<Vec<u8>> {
        let available = self.file_length.saturating_sub(offset).min(length);
        let mut compressed = vec![0; usize::try_from(available)?];
        self.read_file(offset, &mut compressed)?;
        Ok(compressed)
    }

    fn load(&mut self, number: u64) -> Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.geometry.cluster_bytes())?];
        match self.place(number)? {
            Cluster::Zero => {}
            Cluster::Plain(offset) => self.read_file(offset, &mut bytes)?,
            Cluster::Compressed { offset, length } => {
                let compressed = self.read_compressed(offset, length)?;
                self.geometry.compression.decompress(&compressed, &mut bytes)?;
            }
        }
        Ok(bytes)
    }

    fn place(&mut self, number: u64) -> Result<Cluster> {
        let per_table = self.geometry.l2_entries();
        let l1_entry = self.l1[usize::try_from(number / per_table)?];
        let Some(offset) = l2_offset(l1_entry) else { return Ok(Cluster::Zero) };
        let entry = self.l2_table(offset)?[usize::try_from(number % per_table)?];
        Ok(Cluster::of_entry(entry, self.geometry.cluster_bits))
    }

    fn l2_table(&mut self, offset: u64) -> Result<&[u64]> {
        let entries = self.geometry.l2_entries();
        if !self.l2.contains_key(&offset) {
            let table = self.table(offset, entries).context("reading an L2 table")?;
            if (self.l2.len() + 1) * table.len() * size_of::<u64>() > L2_CACHE_BYTES {
                self.l2.clear();
            }
            self.l2.insert(offset, table);
        }
        Ok(&self.l2[&offset])
    }

    /// The table of `entries` big-endian numbers at `offset`.
    fn table(&mut self, offset: u64, entries: u64) -> Result<Vec<u64>> {
        let length = entries * ENTRY_BYTES;
        self.check_range(offset, length)?;
        let mut bytes = vec![0; usize::try_from(length)?];
        self.read_file(offset, &mut bytes)?;
        let (entries, _) = bytes.as_chunks();
        Ok(entries.iter().map(|entry| u64::from_be_bytes(*entry)).collect())
    }

    fn read_file(&mut self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.check_range(offset, buffer.len() as u64)?;
        self.file.seek(SeekFrom::Start(offset))?;
        Ok(self.file.read_exact(buffer)?)
    }

    fn check_range(&self, offset: u64, length: u64) -> Result<()> {
        if offset.checked_add(length).is_some_and(|end| end <= self.file_length) {
            return Ok(());
        }
        let fault =
            Fault::input(format!("the qcow2 image is damaged: it ends before byte `{offset}` + `{length}`"));
        Err(fault.hint("copy it again, and compare its sha256 with that in SHA256SUMS").into())
    }
}

impl<F: Read + Seek> Read for Reader<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.size().saturating_sub(self.position);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        self.read_at(self.position, &mut buffer[..length]).map_err(io::Error::other)?;
        self.position += length as u64;
        Ok(length)
    }
}

impl<F: Read + Seek> Seek for Reader<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
            SeekFrom::End(distance) => self.size().checked_add_signed(distance),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
