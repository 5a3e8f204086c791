//! Tells the crate the digest of its own sources and dependencies: an image is a function of definition, lock and this very
//! imgbuild, so a changed imgbuild must not take an old output for its own.

use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[allow(clippy::disallowed_methods)] // fs_err is no build dependency
fn main() -> std::io::Result<()> {
    let mut files = BTreeSet::new();
    for folder in ["addons", "src", "templates"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files)?;
    }
    let mut hasher = Sha256::new();
    // what compresses an image shapes its bytes too
    println!("cargo::rerun-if-changed=Cargo.lock");
    files.insert("Cargo.lock".into());
    for file in files {
        hasher.update(file.to_string_lossy().as_bytes());
        hasher.update(std::fs::read(&file)?);
    }
    println!("cargo::rustc-env=IMGBUILD_SOURCE_DIGEST={:x}", hasher.finalize());
    Ok(())
}

fn collect(folder: &Path, files: &mut BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}
