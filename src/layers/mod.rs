//! Sorted, normalised tar streams and their merge.

pub mod entry;
