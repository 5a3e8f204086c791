//! Looking into disk images with foreign tools.

use super::{Project, tool};
use std::path::{Path, PathBuf};

/// Fails if somebody else's program finds a fault in the disks of `image` in `folder`, which must be the same disk in
/// both formats. Returns its root, cut out into `scratch`.
pub fn sound(scratch: &Project, folder: &Path, image: &str) -> Partition {
    let disk = |format: &str| folder.join(format!("{image}.{format}")).to_str().unwrap().to_owned();
    let (raw, qcow2) = (disk("raw"), disk("qcow2"));
    tool("qemu-img", &["check", &qcow2]);
    tool("qemu-img", &["compare", &raw, &qcow2]);
    assert!(tool("/usr/sbin/sfdisk", &["--verify", &raw]).contains("No errors detected"));
    let (esp, root) = (Partition::cut(scratch, &raw, "esp"), Partition::cut(scratch, &raw, "root"));
    tool("/usr/sbin/fsck.vfat", &["-n", esp.file()]);
    tool("/usr/sbin/e2fsck", &["-f", "-n", root.file()]);
    root
}

/// A partition, cut out of a raw image into a file of its own.
pub struct Partition(PathBuf);

impl Partition {
    /// The partition of the image file `disk` whose type is that of `kind`, `esp` or `root`.
    pub fn cut(project: &Project, disk: &str, kind: &str) -> Self {
        let guid = match kind {
            "esp" => "C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
            _ => "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
        };
        let table: serde_json::Value =
            serde_json::from_str(&tool("/usr/sbin/sfdisk", &["--json", disk])).unwrap();
        let partitions = table["partitiontable"]["partitions"].as_array().unwrap();
        let partition = partitions.iter().find(|partition| partition["type"] == guid).unwrap();
        let bytes = |key: &str| partition[key].as_u64().unwrap() * 512;
        let path = project.path(kind);
        let (from, to) = (format!("if={disk}"), format!("of={}", path.display()));
        let (skip, count) = (format!("skip={}", bytes("start")), format!("count={}", bytes("size")));
        let units = "iflag=skip_bytes,count_bytes";
        tool("dd", &[&from, &to, &skip, &count, units, "bs=1M", "conv=sparse", "status=none"]);
        Self(path)
    }

    /// The file that it was cut into.
    pub fn file(&self) -> &str {
        self.0.to_str().unwrap()
    }

    /// The text of the file at `path` in this ext4 file system.
    pub fn cat(&self, path: &str) -> String {
        self.ask(&format!("cat {path}"))
    }

    /// What `debugfs` says to `question`.
    pub fn ask(&self, question: &str) -> String {
        tool("/usr/sbin/debugfs", &["-R", question, self.file()])
    }
}
