//! A registry's manifest.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = imgbuild::oci::manifest::Manifest::parse(data);
});
