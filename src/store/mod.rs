//! Content-addressed downloads, verified on the way in and before use.
//!
//! Layout below the cache directory:
//! - `store/sha256/ab/abcdef…`: blobs, named by their digest, mode 0444
//! - `store/partial/<digest>`: downloads on their way, locked with `flock` by the run that fills them
//! - `store/partial/scratch-<n>`: bytes whose digest is not known yet
//! - `store/corrupt/<digest>`: blobs that no longer had their digest, kept for a look
//!
//! A name under `sha256` appears only by renaming a file whose content was hashed and synced, and every
//! process hashes a blob again before its first use. So neither a killed run, two runs at once, nor a
//! failing disk can make wrong bytes count.

mod backoff;
mod blobs;
mod copy;
mod credentials;
mod ensure;
mod failure;
mod fetch;
mod http;
mod locator;
mod partial;
mod redirect;
mod source;
mod transfer;
mod want;

pub use http::{
    HttpClient, Proxies, Response, Settings, authorities, install_provider as install_tls_provider,
};
pub use locator::shown;
pub use redirect::{directory as mirror_directory, path_of as mirror_path};
pub use want::{Fetched, Want};

use crate::Result;
use crate::context::Context;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::report::Report;
use crate::size::ByteSize;
use blobs::{Blobs, State};
use redirect::Mirror;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// The store of one cache directory. Cheap to clone; clones share connections and what was verified.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    blobs: Blobs,
    client: HttpClient,
    mirror: Option<Mirror>,
    report: Report,
}

impl Store {
    /// Opens the store of `context`, creating its directories.
    ///
    /// # Errors
    /// The cache directory cannot be written, or the CA file, the proxies or the artifact mirror make no sense.
    pub fn open(context: &Context) -> Result<Self> {
        Self::open_with(context, Settings::default())
    }

    /// Like [`Store::open`], with waits and proxies of the caller's choice.
    pub fn open_with(context: &Context, settings: Settings) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            blobs: Blobs::open(&context.cache_dir.join("store"))?,
            client: HttpClient::new(context, settings)?,
            mirror: context.artifact_mirror.as_deref().map(Mirror::parse).transpose()?,
            report: context.report.clone(),
        })))
    }

    /// Whether a blob of that name is there. Cheap, so it says nothing about the content: [`Store::file`] does.
    pub fn contains(&self, sha256: &Sha256) -> bool {
        self.0.blobs.contains(sha256)
    }

    /// Makes sure that all of `wants` are in the store, in parallel; blobs that are there are verified, and
    /// fetched again if they are damaged.
    ///
    /// # Errors
    /// The first of `wants` that could not be had: [`crate::error::Kind::Mismatch`] if a source gave other
    /// bytes, [`crate::error::Kind::Unavailable`] if none gave any. What was complete by then stays.
    pub fn fetch(&self, wants: &[Want]) -> Result<Fetched> {
        fetch::fetch(&self.0, wants)
    }

    /// The path of a blob, hashed once per process before the path is given out.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unavailable`] if it is not there, [`crate::error::Kind::Mismatch`] if its content
    /// has changed; it is then moved to `store/corrupt`, so that the next fetch gets it again.
    pub fn file(&self, sha256: &Sha256) -> Result<PathBuf> {
        let blobs = &self.0.blobs;
        match blobs.verify(sha256)? {
            State::Sound => Ok(blobs.path(sha256)),
            State::Absent => Err(absent(blobs, sha256).into()),
            State::Damaged => Err(self.refuse_damaged(sha256)?.into()),
        }
    }

    /// Adds what `reader` gives, at most `limit` bytes; returns digest and length.
    ///
    /// # Errors
    /// Those of `reader`, of the disk, and [`crate::error::Kind::Input`] if there are more than `limit` bytes.
    pub fn insert(&self, reader: &mut dyn Read, limit: u64) -> Result<(Sha256, u64)> {
        let mut scratch = self.0.blobs.scratch()?;
        let length = std::io::copy(&mut reader.take(limit.saturating_add(1)), scratch.file_mut())?;
        if length > limit {
            return Err(Fault::input(format!("there are more than the allowed {limit} bytes")).into());
        }
        Ok((self.0.blobs.adopt_unnamed(scratch)?, length))
    }

    /// Downloads something whose digest is not known yet, at most `limit` bytes, as one of the `accepted` media
    /// types (none: any); the artifact mirror applies. Returns digest and length.
    pub fn download_unpinned(&self, url: &str, accepted: &[&str], limit: ByteSize) -> Result<(Sha256, u64)> {
        ensure::unpinned(&self.0, url, accepted, limit.get())
    }

    /// Like [`Store::download_unpinned`], from the first of `urls` that gives it.
    ///
    /// # Errors
    /// That of the last one, if none does.
    pub fn download_first(
        &self,
        urls: &[String],
        accepted: &[&str],
        limit: ByteSize,
    ) -> Result<(Sha256, u64)> {
        let mut result = Err(Fault::unavailable("there is no URL to try").into());
        for (url, left) in urls.iter().zip((0..urls.len()).rev()) {
            result = self.download_unpinned(url, accepted, limit);
            match &result {
                Err(error) if left > 0 => self.0.report.warn(format!("{error:#}")),
                _ => break,
            }
        }
        result
    }

    /// The HTTP client, with the CAs, proxies and waits of this store.
    pub fn client(&self) -> &HttpClient {
        &self.0.client
    }

    /// Moves a damaged blob away, unless another run has just replaced it.
    fn refuse_damaged(&self, sha256: &Sha256) -> Result<Fault> {
        let blobs = &self.0.blobs;
        let _lock = blobs.partial(sha256, &self.0.report)?;
        let moved = match blobs.verify(sha256)? {
            State::Damaged => format!("it is now `{}`", blobs.quarantine(sha256)?.display()),
            State::Sound | State::Absent => "another run has moved it away".to_owned(),
        };
        let message =
            format!("`{}` in the store no longer has its digest; {moved}", blobs.path(sha256).display());
        Ok(Fault::mismatch(message).hint("run the command again to fetch it anew, and check the disk"))
    }
}

fn absent(blobs: &Blobs, sha256: &Sha256) -> Fault {
    Fault::unavailable(format!("`{}` is not in the store", blobs.path(sha256).display()))
        .hint("run `imgbuild fetch` first")
}

#[cfg(test)]
mod tests;
