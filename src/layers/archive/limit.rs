//! Bounds on what an archive may unpack to.

use crate::error::Fault;
use crate::size::human;
use std::io::{self, Read};

/// How much an archive may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes after decompression, headers and padding included.
    pub bytes: u64,
    /// Members, selected or not.
    pub members: usize,
}

impl Default for Limits {
    /// 4 GiB and 200000 members: ten times what the largest Kubernetes release archive has.
    fn default() -> Self {
        Self { bytes: 4 << 30, members: 200_000 }
    }
}

/// Fails once more than a number of bytes were read through it.
pub struct Limited<R> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R> Limited<R> {
    /// Lets `limit` bytes of `inner` pass.
    pub fn new(inner: R, limit: u64) -> Self {
        Self { inner, limit, left: limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| io::Error::other(bomb(self.limit)))?;
        Ok(n)
    }
}

fn bomb(limit: u64) -> Fault {
    Fault::input(format!("it unpacks to more than {}", human(limit)))
        .hint("this may be a decompression bomb; check where the archive comes from")
}
