//! The root file system: `mke2fs` writes it straight into the disk image, from a tar stream.
//!
//! Every property that `mke2fs.conf`, the clock or the size would decide is given, so the bytes depend on
//! the tar stream, the [`Layout`] and the release of e2fsprogs alone. It must be 1.47.1 or later, with
//! libarchive, to read a tar stream at all.

use super::layout::Layout;
use crate::process::Tool;
use std::path::Path;

/// The volume label.
const LABEL: &str = "root";

/// ext4 as kernel 4.18, GRUB 2.06 and e2fsprogs 1.46 understand it, so that tools of the target work on it:
/// newer defaults (`metadata_csum_seed`, `orphan_file`) are left out. `resize_inode` and its reserved group
/// descriptors let the root grow while mounted, up to 1024 times its first size.
const FEATURES: &str = "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,\
    sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum";
const BLOCK_BYTES: &str = "4096";
const INODE_BYTES: &str = "256";
/// One inode for this many bytes, which is what Debian's installer takes for a root.
const BYTES_PER_INODE: &str = "16384";
/// Percent of blocks that only root may use; the default of 5 wastes much of a root that has grown.
const RESERVED_PERCENT: &str = "1";

/// `mke2fs` for the root partition of the image file `disk`; reads the tar stream from stdin.
///
/// `disk` must hold zeros in the partition. `epoch` (seconds) becomes the time of creation.
/// `env` sets that time because a sandbox around the command passes on its arguments only.
pub fn make(disk: &Path, layout: &Layout, epoch: u64) -> Tool {
    Tool::new("env")
        .arg(format!("SOURCE_DATE_EPOCH={epoch}"))
        .args(["mke2fs", "-q", "-F", "-t", "ext4", "-L", LABEL, "-O", FEATURES])
        .args(["-b", BLOCK_BYTES, "-I", INODE_BYTES, "-i", BYTES_PER_INODE, "-m", RESERVED_PERCENT])
        .args(["-U", &layout.root_uuid.to_string(), "-E", &extended_options(layout), "-d", "-"])
        .arg(disk)
        .arg(format!("{}k", layout.root.length / 1024))
}

/// Inode tables are zeroed now, which costs nothing in a sparse file and spares the first boot doing it; the
/// journal need not be written, for the file has zeros there.
fn extended_options(layout: &Layout) -> String {
    let (hash_seed, offset) = (layout.root_hash_seed, layout.root.start);
    format!("hash_seed={hash_seed},offset={offset},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;
    use crate::size::ByteSize;

    #[test]
    fn everything_that_chance_or_the_machine_would_decide_is_given() {
        let layout =
            Layout::plan("test", Architecture::Amd64, ByteSize::mib(1024), ByteSize::mib(64)).unwrap();
        let argv = make(Path::new("/w/disk.raw"), &layout, 1_700_000_000).into_argv();
        let command = argv.join(std::ffi::OsStr::new(" ")).into_string().unwrap();
        assert!(command.starts_with("env SOURCE_DATE_EPOCH=1700000000 mke2fs "), "{command}");
        assert!(command.contains(&format!("-U {} ", layout.root_uuid)), "{command}");
        assert!(
            command.contains(&format!("hash_seed={},offset=69206016,", layout.root_hash_seed)),
            "{command}"
        );
        assert!(command.contains("-O none,") && !command.contains(", "), "{command}");
        assert!(command.ends_with(" -d - /w/disk.raw 979968k"), "{command}");
    }
}
