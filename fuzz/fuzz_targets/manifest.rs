//! A manifest of Kubernetes objects that somebody publishes.

#![no_main]

use imgbuild::addon::{images, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let documents = str::from_utf8(data).ok().and_then(|text| yaml::documents(text).ok());
    for image in images::named(&documents.unwrap_or_default()).keys() {
        let _ = images::containerd_name(image);
    }
});
