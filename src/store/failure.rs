//! What can go wrong with a source, and how the failures of several become one error.

use crate::error::{Fault, Kind};

/// Why a download did not end well.
#[derive(Debug)]
pub(super) enum Trouble {
    /// This source does not give the bytes; the next one may.
    Source {
        fault: Fault,
        /// It does not have the file at all.
        missing: bool,
    },
    /// This machine is at fault, such as by a full disk: other sources do not help.
    Fatal(anyhow::Error),
    /// Another download of the same call has failed.
    Stopped,
}

impl Trouble {
    pub fn source(fault: Fault) -> Self {
        Self::Source { fault, missing: false }
    }

    pub fn missing(fault: Fault) -> Self {
        Self::Source { fault, missing: true }
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::Fatal(error)
    }
}

/// The failures of all sources of one file.
#[derive(Default)]
pub(super) struct Failures {
    faults: Vec<Fault>,
    found: bool,
}

impl Failures {
    pub fn add(&mut self, fault: Fault, missing: bool) {
        self.found |= !missing;
        self.faults.push(fault);
    }

    /// One error that lists them all. Wrong bytes weigh more than no bytes; `hint` is for a file that no
    /// source has.
    pub fn into_fault(self, name: &str, hint: Option<&str>) -> Fault {
        let messages: Vec<_> = self.faults.iter().map(|fault| fault.message.as_str()).collect();
        let message = match messages.as_slice() {
            [] => format!("`{name}` is not in the store and has no source"),
            all => format!("fetching `{name}`: {}", all.join("; ")),
        };
        let mismatch = self.faults.iter().rposition(|fault| fault.kind == Kind::Mismatch);
        let telling = mismatch.map_or(self.faults.last(), |index| self.faults.get(index));
        let kind = telling.map_or(Kind::Unavailable, |fault| fault.kind);
        let own = telling.and_then(|fault| fault.hint.as_deref());
        let hint = if self.found { own } else { hint.or(own) };
        let fault = Fault::new(kind, message);
        match hint {
            Some(hint) => fault.hint(hint),
            None => fault.hint("check where the lock and the definition say it comes from"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_bytes_decide_over_no_bytes() {
        let mut failures = Failures::default();
        failures.add(Fault::mismatch("`a` lies").hint("update"), false);
        failures.add(Fault::unavailable("`b` answered 404").hint("look"), true);
        let fault = failures.into_fault("x.deb", Some("gone"));
        assert_eq!(fault.message, "fetching `x.deb`: `a` lies; `b` answered 404");
        assert_eq!((fault.kind, fault.hint.as_deref()), (Kind::Mismatch, Some("update")));
    }

    #[test]
    fn the_callers_hint_is_for_what_is_nowhere() {
        let mut failures = Failures::default();
        failures.add(Fault::unavailable("`a` answered 404").hint("look"), true);
        assert_eq!(failures.into_fault("x.deb", Some("gone")).hint.unwrap(), "gone");
        assert_eq!(Failures::default().into_fault("x.deb", Some("gone")).kind, Kind::Unavailable);
    }
}
