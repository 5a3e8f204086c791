//! A Debian package: what it says of itself, and its files.

#![no_main]

use imgbuild::apt::deb;
use libfuzzer_sys::fuzz_target;
use std::io::{Read as _, Write as _};
use tempfile::NamedTempFile;

/// A package is unpacked once it has the digest that its signed archive gives, so nothing but this bounds it.
const LIMIT: u64 = 16 << 20;

fuzz_target!(|data: &[u8]| {
    let (mut package, mut tar) = (NamedTempFile::new().unwrap(), NamedTempFile::new().unwrap());
    package.write_all(data).unwrap();
    let _ = deb::control(package.path());
    if let Ok(files) = deb::data(package.path())
        && std::io::copy(&mut files.take(LIMIT), &mut tar).is_ok()
    {
        let _ = imgbuild::layers::read::tree(tar.path(), 0);
    }
});
