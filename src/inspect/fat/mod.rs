//! Reads a FAT file system: names, times and bytes of the files in an EFI system partition.
//!
//! Microsoft's "FAT32 File System Specification" 1.03; FAT12 and FAT16 differ from it only in where the root
//! directory is and how wide an entry of the table is. In a sound file system no two files share a cluster, so
//! reading stops as soon as more clusters were read than there are: that bounds every circle.

mod directory;
mod geometry;

pub use directory::FatFile;

use super::fields::Fields;
use super::source::Source;
use crate::Result;
use crate::error::Fault;
use anyhow::Context as _;
use geometry::{Geometry, Width};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write as _};

/// A FAT file system that is read where it lies.
pub struct Fat {
    source: Source,
    geometry: Geometry,
    clusters_read: Cell<u64>,
}

impl Fat {
    /// Opens the file system that fills `source`.
    pub fn open(source: Source) -> Result<Self> {
        let mut sector = [0; 512];
        source.read_at(0, &mut sector).context("reading the FAT boot sector")?;
        let geometry = Geometry::parse(&sector, source.length())?;
        Ok(Self { source, geometry, clusters_read: Cell::new(0) })
    }

    /// Every file and folder by its path, such as `/EFI/BOOT/BOOTX64.EFI`.
    pub fn files(&self) -> Result<BTreeMap<String, FatFile>> {
        self.clusters_read.set(0);
        let mut files = BTreeMap::new();
        let mut pending = vec![(String::new(), self.root()?)];
        while let Some((path, folder)) = pending.pop() {
            for entry in directory::entries(&folder) {
                let path = format!("{path}/{}", entry.name);
                let file = self.file(&entry).with_context(|| format!("reading `{path}`"))?;
                if entry.is_folder() {
                    pending.push((path.clone(), self.bytes(entry.cluster, u64::MAX)?));
                }
                if files.insert(path.clone(), file).is_some() {
                    return Err(damaged(format!("two files are called `{path}`")));
                }
            }
        }
        Ok(files)
    }

    fn root(&self) -> Result<Vec<u8>> {
        let Some((start, length)) = self.geometry.fixed_root else {
            return self.bytes(self.geometry.root_cluster, u64::MAX);
        };
        let mut bytes = vec![0; usize::try_from(length)?];
        self.source.read_at(start, &mut bytes).context("reading the root directory")?;
        Ok(bytes)
    }

    /// At most `limit` bytes of the clusters that begin with `first`; a small thing, kept in memory.
    fn bytes(&self, first: u32, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.each_piece(first, limit, |piece| bytes.write_all(piece))?;
        Ok(bytes)
    }

    /// Calls `take` with the bytes of one cluster after the other, from `first` on, `limit` bytes at most.
    fn each_piece(
        &self,
        first: u32,
        limit: u64,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<()> {
        let mut piece = vec![0; usize::try_from(self.geometry.cluster_size)?];
        let (mut next, mut left) = (Some(first).filter(|first| *first != 0), limit);
        while let Some(cluster) = next.filter(|_| left > 0) {
            self.count_cluster()?;
            let offset = self.geometry.cluster_offset(cluster).ok_or_else(|| no_cluster(cluster))?;
            self.source.read_at(offset, &mut piece).with_context(|| format!("reading cluster {cluster}"))?;
            let length = left.min(piece.len() as u64);
            take(&piece[..usize::try_from(length)?])?;
            left -= length;
            next = self.next(cluster)?;
        }
        Ok(())
    }

    fn count_cluster(&self) -> Result<()> {
        self.clusters_read.set(self.clusters_read.get() + 1);
        if self.clusters_read.get() > self.geometry.clusters {
            return Err(damaged("files share clusters or lead in circles"));
        }
        Ok(())
    }

    /// The cluster after `cluster`, or `None` if that was the last one.
    fn next(&self, cluster: u32) -> Result<Option<u32>> {
        let (offset, width) = (self.geometry.entry_offset(cluster), self.geometry.width);
        let mut bytes = [0; 4];
        let length = if width == Width::Bits32 { 4 } else { 2 };
        self.source.read_at(offset, &mut bytes[..length]).context("reading the allocation table")?;
        let next = width.entry(Fields(&bytes).u32(0), cluster);
        if next >= width.last() {
            return Ok(None);
        }
        if next < 2 { Err(no_cluster(next)) } else { Ok(Some(next)) }
    }
}

fn no_cluster(cluster: u32) -> anyhow::Error {
    damaged(format!("cluster {cluster} is referred to"))
}

fn damaged(what: impl Display) -> anyhow::Error {
    Fault::input(format!("damaged FAT file system: {what}")).hint(crate::inspect::DAMAGED).into()
}

#[cfg(test)]
mod tests;
