//! A cluster's file of secrets.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Write as _;

fuzz_target!(|data: &[u8]| {
    // which nobody else can read, or it would be refused
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(data).unwrap();
    let _ = imgbuild::secrets::load(file.path(), "fuzz");
});
