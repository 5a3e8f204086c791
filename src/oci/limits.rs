//! How much of a stranger's manifest is believed.

use crate::size::ByteSize;

/// Of a manifest, index or configuration; registries refuse larger manifests (distribution-spec 1.1).
pub const MANIFEST_LIMIT: ByteSize = ByteSize::mib(4);
/// The same in bytes.
pub const DOCUMENT: u64 = MANIFEST_LIMIT.get();
/// Layers of one image; overlayfs and docker stop at about as many.
pub const LAYERS: usize = 128;
/// Bytes of one layer: 64 GiB, far beyond any real one and far from overflowing a sum.
pub const LAYER: u64 = 64 << 30;
