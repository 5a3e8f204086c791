//! Throwaway disks: qcow2 files that hold what a guest writes and read the rest from the image below.

use crate::Result;
use crate::error::Fault;
use crate::process::Tool;
use crate::size::ByteSize;
use std::io::Read;
use std::path::Path;

/// First bytes of a qcow2 file.
const QCOW2_MAGIC: &[u8] = b"QFI\xfb";
/// First bytes of a GPT header, which a raw disk has in its second sector (UEFI 2.10, 5.3.2).
const GPT_SIGNATURE: &[u8] = b"EFI PART";
const SECTOR: usize = 512;

/// Makes the qcow2 file `overlay` over the raw or qcow2 `image`, as large as the image or as `size`.
///
/// # Errors
/// If `image` is neither, is larger than `size`, or `qemu-img` is missing.
pub fn create(image: &Path, overlay: &Path, size: Option<ByteSize>) -> Result<()> {
    let format = format_of(image)?;
    let image = fs_err::canonicalize(image)?;
    if let Some(size) = size {
        refuse_to_shrink(&image, size)?;
    }
    Tool::new("qemu-img")
        .args(["create", "-q", "-f", "qcow2", "-F", format, "-b"])
        .arg(image)
        .arg(overlay)
        .args(size.map(|size| size.get().to_string()))
        .run()
}

/// A smaller disk would lose its end, and with it the second partition table.
fn refuse_to_shrink(image: &Path, size: ByteSize) -> Result<()> {
    let text = Tool::new("qemu-img").args(["info", "--output=json"]).arg(image).text()?;
    let info: Info = serde_json::from_str(&text)?;
    if size.get() >= info.virtual_size {
        return Ok(());
    }
    let needed = ByteSize::bytes(info.virtual_size);
    let message = format!("a disk of {size} is too small for `{}`", image.display());
    Err(Fault::usage(message).hint(format!("the image needs {needed}")).into())
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Info {
    virtual_size: u64,
}

fn format_of(image: &Path) -> Result<&'static str> {
    let mut head = Vec::new();
    fs_err::File::open(image)?.take(2 * SECTOR as u64).read_to_end(&mut head)?;
    let partitioned = || head.get(SECTOR..).is_some_and(|sector| sector.starts_with(GPT_SIGNATURE));
    match head.as_slice() {
        head if head.starts_with(QCOW2_MAGIC) => Ok("qcow2"),
        _ if partitioned() => Ok("raw"),
        _ => Err(Fault::input(format!("`{}` is neither a qcow2 nor a raw GPT disk", image.display()))
            .hint("give the `.qcow2` or `.raw` file from `dist/`")
            .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content_not_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("disk.raw");
        fs_err::write(&path, b"QFI\xfb\0\0\0\x03").unwrap();
        assert_eq!(format_of(&path).unwrap(), "qcow2");
        fs_err::write(&path, [&[0; SECTOR][..], GPT_SIGNATURE].concat()).unwrap();
        assert_eq!(format_of(&path).unwrap(), "raw");
    }

    #[test]
    fn what_is_no_disk_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notes.txt");
        for content in [&b""[..], b"QF", &[0; 2000]] {
            fs_err::write(&path, content).unwrap();
            let error = format_of(&path).unwrap_err();
            assert!(error.to_string().contains("notes.txt"), "{error}");
        }
    }
}
