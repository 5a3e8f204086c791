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

use crate::error;
use std::fmt::Write as _;
use std::io::Write as _;

/// Data for stdout, as it is; a closed pipe ends the output, not the program.
pub fn data(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush());
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
    line(&text);
}
