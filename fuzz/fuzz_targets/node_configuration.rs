//! What a host's agent is given.

#![no_main]

use imgbuild::node::configuration::NodeConfiguration;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(configuration) = NodeConfiguration::parse(data) {
        let _ = imgbuild::node::plan::steps(&configuration);
    }
});
