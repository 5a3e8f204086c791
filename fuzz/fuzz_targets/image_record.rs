//! `image.json`: what an image says of itself.

#![no_main]

use imgbuild::bake::ImageRecord;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(record) = serde_json::from_slice::<ImageRecord>(data) {
        record.origins().for_each(drop);
        let addons: Vec<String> = record.addons.keys().cloned().collect();
        let _ = imgbuild::addon::ordered(&addons, &record.addons);
        let _ = imgbuild::kubeadm::baked::find(&record, "registry.k8s.io", "etcd");
    }
});
