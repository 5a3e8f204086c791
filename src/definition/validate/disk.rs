//! Disk, outputs and units.

use super::super::model::{Disk, Format, Units};
use super::super::raw::{RawDisk, RawUnits};
use super::{Result, names};
use crate::document::place::Place;
use crate::size::ByteSize;
use std::collections::BTreeSet;

/// Size of a disk where the definition does not say.
const DEFAULT_SIZE: ByteSize = ByteSize::mib(4096);
/// Size of the EFI system partition where the definition does not say.
const DEFAULT_ESP: ByteSize = ByteSize::mib(64);
/// Below this, FAT32 is no valid format for the partition (fewer than 65525 clusters of 512 bytes).
const SMALLEST_ESP: ByteSize = ByteSize::mib(34);
/// What must remain for the root besides the EFI system partition; no Debian is smaller.
const SMALLEST_ROOT: ByteSize = ByteSize::mib(256);
/// Partitions are aligned to this, and disk formats want it.
const ALIGNMENT: ByteSize = ByteSize::mib(1);

/// `disk`.
pub fn disk(raw: RawDisk, at: &Place) -> Result<Disk> {
    let esp = size(raw.esp, DEFAULT_ESP, SMALLEST_ESP, &at.key("esp"))?;
    let smallest = ByteSize::bytes(esp.get().saturating_add(SMALLEST_ROOT.get()));
    Ok(Disk {
        size: size(raw.size, DEFAULT_SIZE, smallest, &at.key("size"))?,
        esp,
        kernel_arguments: at.key("kernel_arguments").items(raw.kernel_arguments, names::kernel_argument)?,
    })
}

fn size(text: Option<String>, default: ByteSize, smallest: ByteSize, at: &Place) -> Result<ByteSize> {
    let size: ByteSize = text.map_or(Ok(default), |text| at.parse(&text))?;
    if size < smallest {
        return Err(at.fault(format!("`{size}` is too small")).hint(format!("write at least `{smallest}`")));
    }
    if size.get().is_multiple_of(ALIGNMENT.get()) {
        Ok(size)
    } else {
        Err(at.fault(format!("`{size}` is not a whole number of MiB")).hint("write it as `…MiB`"))
    }
}

/// `outputs`.
pub fn outputs(raw: Option<Vec<Format>>, at: &Place) -> Result<BTreeSet<Format>> {
    let formats = raw.map_or_else(|| [Format::Raw, Format::Qcow2].into(), BTreeSet::from_iter);
    if formats.is_empty() {
        Err(at.fault("is empty").hint("write `[raw, qcow2]` or one of them"))
    } else {
        Ok(formats)
    }
}

/// `units`.
pub fn units(raw: RawUnits, at: &Place) -> Result<Units> {
    let units = Units {
        enable: at.key("enable").items(raw.enable, names::unit)?,
        disable: at.key("disable").items(raw.disable, names::unit)?,
        mask: at.key("mask").items(raw.mask, names::unit)?,
    };
    let against: BTreeSet<&String> = units.disable.union(&units.mask).collect();
    match units.enable.iter().find(|unit| against.contains(unit)) {
        Some(unit) => {
            let message = format!("`{unit}` is also in `disable` or `mask`");
            Err(at.key("enable").fault(message).hint("decide for one of them"))
        }
        None => Ok(units),
    }
}
