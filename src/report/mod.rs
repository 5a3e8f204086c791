//! The only place that prints: stdout is data, stderr is progress.
//!
//! On a terminal long transfers get a bar; in a log every event is one plain line.

mod progress;

pub use progress::Progress;

use crate::error;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};

/// How a run talks to its user. Cheap to clone; clones share the terminal.
#[derive(Clone)]
pub struct Report {
    bars: indicatif::MultiProgress,
    style: Style,
}

/// What reaches stderr.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Bars and lines.
    Terminal,
    /// Lines.
    Plain,
    /// Nothing but errors.
    Quiet,
}

impl Report {
    /// Bars if stderr is a terminal, nothing but errors if `quiet`.
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let style = if quiet {
            Style::Quiet
        } else if terminal {
            Style::Terminal
        } else {
            Style::Plain
        };
        Self { bars: indicatif::MultiProgress::new(), style }
    }

    /// Says nothing but errors; for tests and for library use.
    pub fn quiet() -> Self {
        Self::new(true)
    }

    /// One line of progress, such as `baking debian-13`.
    pub fn step(&self, text: impl std::fmt::Display) {
        self.line(&text.to_string());
    }

    /// Something the user should know although the run goes on.
    pub fn warn(&self, text: impl std::fmt::Display) {
        self.line(&format!("warning: {text}"));
    }

    /// A transfer or computation of `total` bytes called `name`; shown until the result is dropped.
    pub fn progress(&self, name: &str, total: Option<u64>) -> Progress {
        match self.style {
            Style::Terminal => Progress::bar(&self.bars, name, total),
            Style::Plain | Style::Quiet => Progress::hidden(),
        }
    }

    /// The error with its causes and its hint.
    pub fn error(&self, error: &anyhow::Error) {
        let mut text = format!("error: {error}");
        for cause in error.chain().skip(1) {
            let _ = write!(text, "\n  caused by: {cause}");
        }
        if let Some(hint) = error::hint(error) {
            let _ = write!(text, "\nhint: {hint}");
        }
        print_stderr(&text);
    }

    /// Data for stdout, as it is; a closed pipe ends the output, not the program.
    pub fn data(&self, text: impl AsRef<str>) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush());
    }

    fn line(&self, text: &str) {
        match self.style {
            Style::Quiet => {}
            Style::Plain => print_stderr(text),
            Style::Terminal => self.bars.suspend(|| print_stderr(text)),
        }
    }
}

fn print_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
