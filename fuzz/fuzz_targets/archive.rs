//! A downloaded archive, and the plain tar that is made of it.

#![no_main]

use imgbuild::layers::archive::{Limits, Selection, normalise};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;
use std::io::Write as _;
use tempfile::NamedTempFile;

fuzz_target!(|data: &[u8]| {
    let (mut archive, tar) = (NamedTempFile::new().unwrap(), NamedTempFile::new().unwrap());
    archive.write_all(data).unwrap();
    let all = BTreeSet::new();
    let selection = Selection { strip: 0, members: &all };
    // the real ones would take a while
    let limits = Limits { bytes: 16 << 20, members: 1000 };
    if normalise(archive.path(), selection, limits, 0, tar.as_file()).is_ok() {
        let _ = imgbuild::layers::read::tree(tar.path(), 0);
    }
});
