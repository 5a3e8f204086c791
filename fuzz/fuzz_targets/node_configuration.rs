//! What a host's agent is given.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(configuration) = serde_json::from_slice(data) {
        let _ = imgbuild::node::plan::steps(&configuration);
    }
});
