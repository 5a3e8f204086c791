//! Gets one blob into the store, from whichever source has it.

use super::Inner;
use super::blobs::State;
use super::failure::{Failures, Trouble};
use super::locator::Locator;
use super::partial::Partial;
use super::transfer::{CHANGED, Transfer, accept};
use super::want::Want;
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use std::sync::atomic::AtomicBool;

/// The most that is read of a file whose size nobody knows.
const UNKNOWN_SIZE_LIMIT: u64 = 8 << 30;

/// What became of one want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Reused,
    /// With the bytes that came.
    Downloaded(u64),
    /// `stop` was set before it was there.
    Stopped,
}

/// Makes sure that `want` is in the store.
pub(super) fn ensure(store: &Inner, want: &Want, stop: &AtomicBool) -> Result<Outcome> {
    if store.blobs.verify(&want.sha256)? == State::Sound {
        return Ok(Outcome::Reused);
    }
    let mut partial = store.blobs.partial(&want.sha256, &store.report)?;
    // Only now: another run may have put it there while this one waited for the lock.
    match store.blobs.verify(&want.sha256)? {
        State::Sound => return Ok(Outcome::Reused),
        State::Absent => {}
        State::Damaged => {
            let moved = store.blobs.quarantine(&want.sha256)?;
            let moved = moved.display();
            store.report.warn(format!("`{}` in the store was damaged; it is now `{moved}`", want.name));
        }
    }
    match download(store, want, &mut partial, stop) {
        Ok(bytes) => {
            store.blobs.adopt(partial, &want.sha256)?;
            Ok(Outcome::Downloaded(bytes))
        }
        Err(Trouble::Stopped) => Ok(Outcome::Stopped),
        Err(Trouble::Fatal(error)) => Err(error),
        Err(Trouble::Source { fault, .. }) => Err(fault.into()),
    }
}

/// Fills `partial` with bytes of the right digest.
fn download(store: &Inner, want: &Want, partial: &mut Partial, stop: &AtomicBool) -> Result<u64, Trouble> {
    if is_complete(want, partial)? {
        return Ok(0);
    }
    let mut failures = Failures::default();
    for source in &want.sources {
        let located = locate(store, source, want.redirect);
        match located.and_then(|source| from_source(store, want, &source, partial, stop)) {
            Err(Trouble::Source { fault, missing }) => failures.add(fault, missing),
            other => return other,
        }
    }
    Err(Trouble::source(failures.into_fault(&want.name, want.hint.as_deref())))
}

/// Whether a run that was killed had got it all. A partial file that is too long for it is emptied.
fn is_complete(want: &Want, partial: &mut Partial) -> Result<bool> {
    let length = partial.length()?;
    let may_be = length > 0 && want.size.is_none_or(|size| length == size);
    if may_be && Sha256::of_file(partial.path())? == want.sha256 {
        return Ok(true);
    }
    if want.size.is_some_and(|size| length >= size) {
        partial.restart()?;
    }
    Ok(false)
}

fn locate(store: &Inner, source: &str, redirect: bool) -> Result<Locator, Trouble> {
    let located = Locator::parse(source).map_err(Trouble::source)?;
    match &store.mirror {
        Some(mirror) if redirect => mirror.redirect(located).map_err(Trouble::source),
        _ => Ok(located),
    }
}

fn from_source(
    store: &Inner,
    want: &Want,
    source: &Locator,
    partial: &mut Partial,
    stop: &AtomicBool,
) -> Result<u64, Trouble> {
    let accept = &accept(want.accept.as_deref().as_slice());
    let transfer = Transfer {
        client: &store.client,
        report: &store.report,
        stop,
        name: &want.name,
        accept,
        size: want.size,
        limit: UNKNOWN_SIZE_LIMIT,
        resume: true,
    };
    let inherited = partial.length()? > 0;
    let bytes = transfer.run(source, partial)?;
    match check(want, source, partial) {
        // What another run or source had left may be at fault.
        Err(Trouble::Source { .. }) if inherited => {
            let again = transfer.run(source, partial)?;
            check(want, source, partial).map(|()| bytes + again)
        }
        checked => checked.map(|()| bytes),
    }
}

/// Bytes of another digest do not stay.
fn check(want: &Want, source: &Locator, partial: &mut Partial) -> Result<(), Trouble> {
    let found = Sha256::of_file(partial.path()).map_err(anyhow::Error::from)?;
    if found == want.sha256 {
        return Ok(());
    }
    partial.restart()?;
    let message = format!("`{}` has sha256 {found} instead of {}", source.shown(), want.sha256);
    Err(Trouble::source(Fault::mismatch(message).hint(CHANGED)))
}

/// Downloads `url` into a blob of whatever digest it has; returns that and the length.
pub(super) fn unpinned(store: &Inner, url: &str, accepted: &[&str], limit: u64) -> Result<(Sha256, u64)> {
    let name = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let stop = AtomicBool::new(false);
    let (client, report) = (&store.client, &store.report);
    let accept = &accept(accepted);
    let transfer = Transfer { client, report, stop: &stop, name, accept, size: None, limit, resume: false };
    let mut scratch = store.blobs.scratch()?;
    let run = locate(store, url, true).and_then(|source| transfer.run(&source, &mut scratch));
    match run {
        Ok(_) => {
            let length = scratch.length()?;
            Ok((store.blobs.adopt_unnamed(scratch)?, length))
        }
        Err(Trouble::Source { fault, .. }) => Err(fault.into()),
        Err(Trouble::Fatal(error)) => Err(error),
        Err(Trouble::Stopped) => anyhow::bail!("the download of `{name}` was stopped"),
    }
}
