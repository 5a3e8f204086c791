//! What a Debian mirror or a package says of packages.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = str::from_utf8(data) {
        let _ = imgbuild::apt::control::parse(text);
    }
});
