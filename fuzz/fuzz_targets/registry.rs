//! What a registry answers: an index, a manifest, an image configuration.

#![no_main]

use imgbuild::architecture::Architecture;
use imgbuild::oci::config::ImageConfig;
use imgbuild::oci::manifest::Manifest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut answer = |_: &str, _: &[&str]| -> imgbuild::Result<Vec<u8>> { Ok(data.to_vec()) };
    let _ = imgbuild::oci::resolve("r.example.org/a:v1", None, Architecture::Amd64, &mut answer);
    // resolving does not get here: what comes behind the first answer must have the digest that names it
    let _ = Manifest::parse(data);
    let _ = ImageConfig::parse(data, 1);
});
