//! A lock.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::path::Path;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        let _ = imgbuild::lock::Lock::parse(text, Path::new("fuzz.lock"));
    }
});
