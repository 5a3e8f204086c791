//! Writes the partition table: protective MBR, primary and backup GPT (UEFI specification 2.10, chapter 5).

use super::layout::{Layout, Partition, SECTOR};
use crate::Result;
use anyhow::{Context as _, ensure};
use gptman::{GPT, GPTPartitionEntry};
use std::io::{Read, Seek, SeekFrom, Write};

/// Writes the table of `layout` to `disk`, which must have exactly the size of the layout. Touches only the
/// last 66 bytes of sector 0, sectors 1 to 33 and the last 33.
pub fn write(disk: &mut (impl Read + Write + Seek), layout: &Layout) -> Result<()> {
    let length = disk.seek(SeekFrom::End(0))?;
    ensure!(length == layout.size, "the disk has `{length}` bytes, the layout `{}`", layout.size);
    GPT::write_protective_mbr_into(disk, SECTOR).context("writing the protective MBR")?;
    let mut table = GPT::new_from(disk, SECTOR, layout.guid.to_bytes_le())?;
    for (number, partition) in (1..).zip(layout.partitions()) {
        table[number] = entry(partition);
    }
    table.write_into(disk).context("writing the partition table")?;
    Ok(())
}

fn entry(partition: &Partition) -> GPTPartitionEntry {
    GPTPartitionEntry {
        partition_type_guid: partition.kind.to_bytes_le(),
        unique_partition_guid: partition.guid.to_bytes_le(),
        starting_lba: partition.start / SECTOR,
        ending_lba: partition.end() / SECTOR - 1,
        attribute_bits: 0,
        partition_name: partition.name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;
    use crate::process::foreign;
    use crate::size::ByteSize;

    fn layout() -> Layout {
        Layout::plan("test", Architecture::Amd64, ByteSize::mib(256), ByteSize::mib(64)).unwrap()
    }

    fn written() -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(layout().size).unwrap();
        write(&mut file, &layout()).unwrap();
        file
    }

    #[test]
    fn two_runs_give_the_same_bytes() {
        let [a, b] = [written(), written()].map(|file| fs_err::read(file.path()).unwrap());
        assert!(a == b);
    }

    #[test]
    fn a_disk_of_another_size_is_refused() {
        let mut disk = std::io::Cursor::new(vec![0; 1 << 20]);
        assert!(write(&mut disk, &layout()).is_err());
    }

    #[test]
    fn sfdisk_finds_no_fault_and_reads_what_was_planned() {
        let file = written();
        let verified = foreign("sfdisk").arg("--verify").arg(file.path()).text().unwrap();
        assert!(verified.contains("No errors detected"), "{verified}");
        let dump = foreign("sfdisk").arg("--dump").arg(file.path()).text().unwrap().to_lowercase();
        assert!(dump.contains(&format!("label-id: {}", layout().guid)), "{dump}");
        for partition in layout().partitions() {
            let (start, size) = (partition.start / SECTOR, partition.length / SECTOR);
            let place = format!("start={start:>12}, size={size:>12}");
            let line = dump.lines().find(|line| line.contains(&place)).expect(&place);
            assert!(line.contains(&format!("type={}", partition.kind)), "{line}");
            assert!(line.contains(&format!("uuid={}", partition.guid)), "{line}");
            assert!(line.contains(&format!("name=\"{}\"", partition.name)), "{line}");
        }
    }
}
