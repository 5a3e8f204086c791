//! Gets many blobs at once.

use super::Inner;
use super::ensure::{Outcome, ensure};
use super::want::{Fetched, Want, merged};
use crate::Result;
use crate::parallel;
use crate::size::human;
use std::sync::{Mutex, PoisonError};

/// Downloads at a time: they wait for the network, not for processors.
const AT_ONCE: usize = 8;

/// See [`super::Store::fetch`].
pub(super) fn fetch(store: &Inner, wants: &[Want]) -> Result<Fetched> {
    let wants = merged(wants);
    announce(store, &wants);
    let fetched = Mutex::new(Fetched::default());
    parallel::for_each(&wants, AT_ONCE, |want, stop| {
        let outcome = ensure(store, want, stop)?;
        count(&mut fetched.lock().unwrap_or_else(PoisonError::into_inner), outcome);
        Ok(())
    })?;
    Ok(fetched.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// One line, for logs; terminals get a bar per file besides.
fn announce(store: &Inner, wants: &[Want]) {
    let missing: Vec<_> = wants.iter().filter(|want| !store.blobs.contains(&want.sha256)).collect();
    let sizes: Option<Vec<u64>> = missing.iter().map(|want| want.size).collect();
    let size = sizes.map(|sizes| format!(" ({})", human(sizes.iter().sum()))).unwrap_or_default();
    match missing.as_slice() {
        [] => {}
        [one] => store.report.step(format!("fetching {}{size}", one.name)),
        many => store.report.step(format!("fetching {} files{size}", many.len())),
    }
}

fn count(fetched: &mut Fetched, outcome: Outcome) {
    match outcome {
        Outcome::Reused => fetched.reused += 1,
        Outcome::Downloaded(bytes) => {
            fetched.downloaded += 1;
            fetched.bytes += bytes;
        }
        Outcome::Stopped => {}
    }
}
