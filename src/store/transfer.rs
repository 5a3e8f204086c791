//! Brings one source into one partial file, resuming after interruptions.

use super::copy::{Ended, copy};
use super::failure::Trouble;
use super::http::HttpClient;
use super::locator::Locator;
use super::partial::Partial;
use super::source::{self, Opened};
use crate::error::Fault;
use crate::report::Report;
use anyhow::Context as _;
use std::sync::atomic::AtomicBool;

/// A try that got that much further than all before it does not count as failed: a long file on a bad line
/// gets through, and a server that always breaks off at the same place is given up.
pub(super) const GOOD_TRY: u64 = 1 << 20;

/// What to bring and with what.
pub(super) struct Transfer<'a> {
    pub client: &'a HttpClient,
    pub report: &'a Report,
    pub stop: &'a AtomicBool,
    /// For the progress bar.
    pub name: &'a str,
    /// The value of `Accept`.
    pub accept: &'a str,
    /// The length that the file must have.
    pub size: Option<u64>,
    /// The length that it may have, if `size` is not known.
    pub limit: u64,
    /// Whether a part may be completed by a later answer. Only a digest can tell that both are of one file.
    pub resume: bool,
}

/// What to put into `Accept`: the media types that are hoped for, and at last any, since a static mirror may
/// know none (as containerd's fetcher does).
pub(super) fn accept(types: &[&str]) -> String {
    types.iter().flat_map(|media_type| [media_type, ", "]).chain(["*/*"]).collect()
}

/// How one try ended.
enum Tried {
    Complete,
    /// And why.
    Interrupted(String),
}

impl Transfer<'_> {
    /// Fills `partial`, of which a part may be there, from `source`. Returns the bytes that the source gave.
    pub fn run(&self, source: &Locator, partial: &mut Partial) -> Result<u64, Trouble> {
        let mut received = 0;
        let mut furthest = partial.length()?;
        let mut backoff = self.client.backoff();
        loop {
            let (bytes, tried) = self.attempt(source, partial)?;
            received += bytes;
            let length = partial.length()?;
            if length >= furthest + GOOD_TRY {
                backoff = self.client.backoff();
            }
            furthest = furthest.max(length);
            match tried {
                Tried::Complete => return Ok(received),
                Tried::Interrupted(why) if !backoff.pause(None) => return Err(interrupted(source, &why)),
                Tried::Interrupted(_) => {}
            }
        }
    }

    fn attempt(&self, source: &Locator, partial: &mut Partial) -> Result<(u64, Tried), Trouble> {
        if !self.resume {
            partial.restart()?;
        }
        let mut opened = source::open(source, self.client, self.accept, partial.length()?)?;
        self.check_announced(source, opened.total)?;
        if opened.offset == 0 {
            partial.restart()?;
        }
        partial.append()?;
        let progress = self.report.progress(self.name, self.size.or(opened.total));
        progress.advance(opened.offset);
        let most = self.size.unwrap_or(self.limit).saturating_add(1).saturating_sub(opened.offset);
        let file = partial.file_mut();
        let (bytes, ended) = copy(&mut opened.reader, file, most, &progress, self.stop)
            .with_context(|| format!("storing `{}`", self.name))?;
        Ok((bytes, self.judge(source, partial, &opened, ended)?))
    }

    fn judge(
        &self,
        source: &Locator,
        partial: &mut Partial,
        opened: &Opened,
        ended: Ended,
    ) -> Result<Tried, Trouble> {
        let length = partial.length()?;
        match ended {
            Ended::Stopped => Err(Trouble::Stopped),
            Ended::Broken(error) => {
                Ok(Tried::Interrupted(format!("broke off after {length} bytes: {error}")))
            }
            Ended::AtLimit => {
                partial.restart()?;
                Err(self.too_long(source))
            }
            Ended::AtEnd => match opened.total.or(self.size) {
                Some(expected) if length < expected => {
                    Ok(Tried::Interrupted(format!("ended after {length} of {expected} bytes")))
                }
                _ => Ok(Tried::Complete),
            },
        }
    }

    /// Spares the download of what cannot be right.
    fn check_announced(&self, source: &Locator, total: Option<u64>) -> Result<(), Trouble> {
        match (total, self.size) {
            (Some(total), Some(size)) if total != size => {
                let message = format!("`{}` is {total} bytes long instead of {size}", source.shown());
                Err(Trouble::source(Fault::mismatch(message).hint(CHANGED)))
            }
            (Some(total), None) if total > self.limit => Err(self.too_long(source)),
            _ => Ok(()),
        }
    }

    fn too_long(&self, source: &Locator) -> Trouble {
        let shown = source.shown();
        Trouble::source(match self.size {
            Some(size) => Fault::mismatch(format!("`{shown}` is longer than {size} bytes")).hint(CHANGED),
            None => Fault::unavailable(format!("`{shown}` is longer than the allowed {} bytes", self.limit))
                .hint("check that the URL is the right one"),
        })
    }
}

/// For files that are not what the lock says.
pub(super) const CHANGED: &str = "the file has changed at its source, or something between changes it: look at it, and if it is right run \
     `imgbuild lock --update`";

fn interrupted(source: &Locator, why: &str) -> Trouble {
    let fault = Fault::unavailable(format!("`{}` {why}", source.shown()));
    Trouble::source(fault.hint("run the command again: it resumes where this one stopped"))
}
