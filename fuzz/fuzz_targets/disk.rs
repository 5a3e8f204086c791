//! A disk image: qcow2 or raw, with its partitions and file systems.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write as _;

fuzz_target!(|data: &[u8]| {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(data).unwrap();
    let _ = imgbuild::inspect::inspect(file.path());
});
