//! Compressed clusters of an earlier image of the same disk: where the disk has not changed they are taken
//! over, since the same chunk always compresses to the same bytes.

use super::CLUSTER;
use super::pack::{Bytes, Packed};
use super::reader::{Reader, Stored};
use crate::Result;
use crate::output::pipeline::Chunk;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::sync::{Mutex, PoisonError};

/// An earlier disk, raw and as the image that [`super::write`] of this very imgbuild made of it.
pub struct Earlier {
    raw: File,
    image: Mutex<Reader<File>>,
}

impl Earlier {
    /// The caller vouches that `image` was made of `raw` with the same compression and the same libraries, and
    /// that neither has been changed.
    ///
    /// # Errors
    /// `image` is no qcow2 image.
    pub fn new(raw: File, image: File) -> Result<Self> {
        Ok(Self { raw, image: Mutex::new(Reader::open(image)?) })
    }

    /// What the image holds for `chunk`; `None` if the disk had something else there, or it cannot be read.
    pub(super) fn packed(&self, chunk: &Chunk) -> Option<Vec<Packed>> {
        if !self.held(chunk) {
            return None;
        }
        let mut image = self.image.lock().unwrap_or_else(PoisonError::into_inner);
        let packed = |(number, plain)| Some(Packed { number, bytes: stored(&mut image, number, plain)? });
        chunk.data().map(packed).collect()
    }

    /// Whether the disk had the very bytes of `chunk`. The last chunk may be padded: then it did not.
    fn held(&self, chunk: &Chunk) -> bool {
        let mut bytes = vec![0; chunk.bytes.len()];
        let read = self.raw.read_exact_at(&mut bytes, chunk.first_cluster * CLUSTER);
        read.is_ok() && bytes == chunk.bytes
    }
}

fn stored(image: &mut Reader<File>, number: u64, plain: &[u8]) -> Option<Bytes> {
    match image.stored(number).ok()? {
        Stored::Zero => None,
        Stored::Plain => Some(Bytes::Plain(plain.to_vec())),
        Stored::Compressed(bytes) => Some(Bytes::Compressed(bytes)),
    }
}
