//! How the operator's command talks: lines, or bars on a terminal.

use super::{Progress, line};
use std::io::IsTerminal;

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

    /// Data for stdout, as it is; a closed pipe ends the output, not the program.
    pub fn data(&self, text: impl AsRef<str>) {
        super::data(text);
    }

    fn line(&self, text: &str) {
        match self.style {
            Style::Quiet => {}
            Style::Plain => line(text),
            Style::Terminal => self.bars.suspend(|| line(text)),
        }
    }
}
