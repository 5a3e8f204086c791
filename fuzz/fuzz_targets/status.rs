//! What a host's agent reports, line by line.

#![no_main]

use imgbuild::timeline::Timeline;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(status) = imgbuild::boot::cluster::last_status(&String::from_utf8_lossy(data)) {
        let _ = Timeline::of(&[status]).to_text();
    }
});
