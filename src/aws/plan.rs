//! What an upload consists of: a pure function of the image, and of the image whose snapshot it builds upon.

use crate::Result;
use crate::digest::Sha256;
use crate::output::extents::{self, Extents, is_zero};
use base64ct::{Base64, Encoding as _};
use std::collections::BTreeMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// Bytes of a block; the only length that `PutSnapshotBlock` takes.
pub const BLOCK: usize = 512 * 1024;
const BLOCK_LENGTH: u64 = BLOCK as u64;
const GIB: u64 = 1 << 30;

/// The blocks of an image that are not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Digest of the whole image.
    pub image: Sha256,
    /// Its length in bytes.
    pub length: u64,
    /// Block index to the digest of the block, which is padded with zeros at the image's end.
    pub blocks: BTreeMap<u32, Sha256>,
}

impl Plan {
    /// Of the image in the file at `path`. Holes are not read; 32 bytes are kept of each block.
    pub fn of(path: &Path) -> Result<Self> {
        let whole = fs_err::File::open(path)?;
        let file = fs_err::File::open(path)?.into_file();
        std::thread::scope(|scope| {
            let image = scope.spawn(|| extents::sha256(whole.file()));
            let blocks = blocks(&file)?;
            let image = image.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
            Ok(Self { image, length: file.metadata()?.len(), blocks })
        })
    }

    /// Size of the volume in whole GiB, as AWS counts it.
    pub fn volume_gib(&self) -> u64 {
        self.length.div_ceil(GIB).max(1)
    }

    /// How many blocks the image has, those of zeros included.
    pub fn all_blocks(&self) -> u64 {
        self.length.div_ceil(BLOCK_LENGTH)
    }

    /// The blocks that must be sent to make a copy of `parent`'s snapshot this image: those that differ, and those that
    /// are zero only here.
    #[must_use]
    pub fn changes(&self, parent: &BTreeMap<u32, Sha256>) -> BTreeMap<u32, Sha256> {
        let zeros = Sha256::of(vec![0; BLOCK]);
        let gone =
            parent.iter().filter(|(index, digest)| !self.blocks.contains_key(index) && **digest != zeros);
        let changed = self.blocks.iter().filter(|(index, digest)| parent.get(index) != Some(digest));
        gone.map(|(index, _)| (*index, zeros))
            .chain(changed.map(|(index, digest)| (*index, *digest)))
            .collect()
    }
}

/// The checksum of a whole upload, as AWS calls it `LINEAR`: base64 of the digest of the sent blocks' digests in the
/// order of their indexes (coldsnap, `src/upload.rs`).
pub fn linear(sent: &BTreeMap<u32, Sha256>) -> String {
    let digests: Vec<u8> = sent.values().flat_map(|digest| *digest.bytes()).collect();
    base64(&Sha256::of(digests))
}

/// A digest as AWS writes it.
pub fn base64(digest: &Sha256) -> String {
    Base64::encode_string(digest.bytes())
}

/// The block `index` of `file`, padded with zeros.
pub fn read(file: &File, index: u32) -> std::io::Result<Vec<u8>> {
    let mut block = vec![0; BLOCK];
    let mut filled = 0;
    while filled < BLOCK {
        let offset = u64::from(index) * BLOCK_LENGTH + filled as u64;
        match file.read_at(&mut block[filled..], offset) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(block)
}

fn blocks(file: &File) -> Result<BTreeMap<u32, Sha256>> {
    let (mut blocks, mut next) = (BTreeMap::new(), 0);
    for extent in Extents::of(file)? {
        let extent = extent?;
        let last = u32::try_from((extent.end - 1) / BLOCK_LENGTH)?;
        for index in next.max(u32::try_from(extent.start / BLOCK_LENGTH)?)..=last {
            let block = read(file, index)?;
            if !is_zero(&block) {
                blocks.insert(index, Sha256::of(&block));
            }
        }
        next = last + 1;
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(pieces: &[(u64, u8)], length: u64) -> Plan {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(length).unwrap();
        for (offset, byte) in pieces {
            file.as_file().write_all_at(&[*byte; 100], *offset).unwrap();
        }
        Plan::of(file.path()).unwrap()
    }

    #[test]
    fn an_image_of_zeros_has_no_block_and_a_volume() {
        let plan = plan(&[(7, 0)], 3 * BLOCK_LENGTH + 1);
        assert_eq!((plan.blocks.len(), plan.all_blocks(), plan.volume_gib()), (0, 4, 1));
        // what `printf '' | openssl dgst -sha256 -binary | base64` prints
        assert_eq!(linear(&plan.blocks), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_block_is_padded_and_one_digest_is_that_of_the_padded_block() {
        let length = BLOCK_LENGTH + 100;
        let plan = plan(&[(BLOCK_LENGTH, 1)], length);
        let mut padded = vec![0; BLOCK];
        padded[..100].fill(1);
        assert_eq!(plan.blocks, BTreeMap::from([(1, Sha256::of(&padded))]));
        assert_eq!(linear(&plan.blocks), base64(&Sha256::of(Sha256::of(&padded).bytes())));
    }

    #[test]
    fn what_became_zero_is_sent_too() {
        let old = plan(&[(0, 1), (BLOCK_LENGTH, 2), (2 * BLOCK_LENGTH, 3)], 4 * BLOCK_LENGTH);
        let new = plan(&[(0, 1), (2 * BLOCK_LENGTH, 4), (3 * BLOCK_LENGTH, 5)], 4 * BLOCK_LENGTH);
        let changes = new.changes(&old.blocks);
        assert_eq!(changes.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(changes[&1], Sha256::of(vec![0; BLOCK]));
        assert!(new.changes(&new.blocks).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn sent_blocks_make_the_image(pieces in proptest::collection::vec((0u64..4_000_000, 0u8..3), 0..6)) {
            let length = 4_200_000;
            let file = tempfile::NamedTempFile::new().unwrap();
            file.as_file().set_len(length).unwrap();
            for (offset, byte) in &pieces {
                file.as_file().write_all_at(&[*byte; 100], *offset).unwrap();
            }
            let plan = Plan::of(file.path()).unwrap();
            let image = fs_err::read(file.path()).unwrap();
            prop_assert_eq!(plan.image, Sha256::of(&image));
            let mut made = vec![0; usize::try_from(plan.all_blocks()).unwrap() * BLOCK];
            for (index, digest) in &plan.blocks {
                let block = read(file.as_file(), *index).unwrap();
                prop_assert_eq!(Sha256::of(&block), *digest);
                let start = usize::try_from(*index).unwrap() * BLOCK;
                made[start..start + BLOCK].copy_from_slice(&block);
            }
            prop_assert_eq!(&made[..image.len()], image.as_slice());
        }
    }
}
