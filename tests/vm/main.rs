//! Boots an image and holds what runs inside against what `images/` promises.
//!
//! These tests need an image and take minutes, so they run only when asked for by name:
//!
//! ```text
//! IMGBUILD_TEST_IMAGE=dist/debian-12-archive/debian-12-archive.raw cargo test --test vm
//! ```
//!
//! `make e2e-upstream` runs them on debian-13, and `make e2e-arm64` those for UEFI on the image for arm64, whose machines
//! have no BIOS.
//!
//! The checks are shell functions in `guest/checks/`, which the machine's seed carries inside; each reports
//! over a virtio port. A check that does not report has failed.

mod checks;
mod expected;
mod harness;
mod report;

use harness::booted;
use imgbuild::qemu::Firmware;

#[test]
fn every_check_holds_under_bios() {
    booted(Firmware::Bios).assert_all();
}

#[test]
fn every_check_holds_under_uefi() {
    booted(Firmware::Uefi).assert_all();
}

#[test]
fn secure_boot_starts_the_image() {
    booted(Firmware::SecureBoot).assert_all();
}

#[test]
fn two_machines_share_no_identity() {
    let (one, other) = (booted(Firmware::Bios).values(), booted(Firmware::Uefi).values());
    assert!(checks::IDENTITIES.iter().all(|name| one.contains_key(*name)), "only got {one:?}");
    for (name, value) in one {
        assert_ne!(Some(value), other.get(name), "{name} came from the image");
    }
}
