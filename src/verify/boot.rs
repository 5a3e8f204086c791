//! Compares what a BIOS starts: the code in sector 0 and the BIOS-boot partition.

use super::difference::{Difference, Place};
use super::{Pair, bytes};
use crate::Result;
use crate::inspect::gpt::Role;
use crate::inspect::source::{Source, Window};

/// Code ends here; the disk signature and the protective partition follow.
const CODE: u64 = 440;

/// The first difference, if there is one.
pub fn compare(pair: Pair<'_>) -> Result<Option<Difference>> {
    let code = |disk: &Source| Window::new(disk.clone(), 0, CODE);
    let (expected, actual) = (code(&pair.expected.disk), code(&pair.actual.disk));
    let found = match bytes::first_difference(&expected, &actual)? {
        Some(offset) => Some(("sector 0", offset)),
        None => pair.differing(Role::BiosBoot)?.map(|part| ("BIOS boot partition", part.offset)),
    };
    Ok(found.map(|(subject, offset)| Difference::bytes(Place::BootCode, subject, offset, None)))
}
