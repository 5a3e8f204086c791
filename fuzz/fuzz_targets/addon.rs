//! The description of an addon.

#![no_main]

use imgbuild::architecture::Architecture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = tempfile::tempdir().unwrap();
    let addon = folder.path().join("addons/fuzz");
    std::fs::create_dir_all(&addon).unwrap();
    std::fs::write(addon.join("addon.yaml"), data).unwrap();
    let _ = imgbuild::addon::load(folder.path(), "fuzz", Architecture::Amd64);
});
