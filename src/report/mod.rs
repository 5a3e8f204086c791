//! The only place that prints: stdout is data, stderr is progress.
//!
//! On a terminal long transfers get a bar; in a log every event is one plain line.

#[cfg(feature = "operator")]
mod operator;
#[cfg(feature = "operator")]
mod progress;

#[cfg(feature = "operator")]
pub use operator::Report;
#[cfg(feature = "operator")]
pub use progress::Progress;

use crate::{Result, error, text};
use anyhow::Context as _;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write as _};
use std::sync::{Mutex, PoisonError};

/// Why stdout did not take all [`data`], if so.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Data for stdout, as it is; a closed pipe ends the output, not the program, and [`delivered`] tells of the rest.
pub fn data(text: impl AsRef<str>) {
    let mut out = io::stdout().lock();
    if let Err(error) = out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush()) {
        lose(error);
    }
}

/// Keeps the first failure that is more than a reader who has seen enough.
fn lose(error: io::Error) {
    if error.kind() != ErrorKind::BrokenPipe {
        LOST.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Whether stdout took all that [`data`] was given, which a full disk behind it does not.
///
/// # Errors
/// The first failure since the last call.
pub fn delivered() -> Result<()> {
    let lost = LOST.lock().unwrap_or_else(PoisonError::into_inner).take();
    lost.map_or(Ok(()), Err).context("writing to stdout")
}

/// One line on stderr.
pub fn line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// The error with its causes and its hint, on stderr.
pub fn error(error: &anyhow::Error) {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1) {
        let _ = write!(text, "\n  caused by: {cause}");
    }
    if let Some(hint) = error::hint(error) {
        let _ = write!(text, "\nhint: {hint}");
    }
    // files and arguments may hold what a terminal would obey
    line(&text::escaped(&text, &['\n', '\t']));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_that_got_lost_is_an_error_once_and_a_closed_pipe_is_none() {
        lose(ErrorKind::BrokenPipe.into());
        assert!(delivered().is_ok());
        lose(ErrorKind::StorageFull.into());
        let error = delivered().unwrap_err();
        assert!(error::is_full(&error), "{error:#}");
        assert!(delivered().is_ok());
    }
}
