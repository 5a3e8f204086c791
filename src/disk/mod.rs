//! The disk: GPT, boot code, EFI system partition, ext4.
//!
//! The order in which a disk comes to be: a sparse file of [`layout::Layout::size`] bytes, then [`gpt`],
//! [`esp`] and [`bios_boot`] in any order, then the program that [`ext4`] describes. None of them writes
//! zeros where the sparse file has them already.

pub mod bios_boot;
pub mod esp;
pub mod ext4;
mod fat32;
pub mod gpt;
pub mod grub;
pub mod layout;

/// Changes when the same inputs are to give another disk.
pub const RECIPE: u32 = 1;
