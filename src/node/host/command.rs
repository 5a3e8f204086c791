//! A program to run on the host.

use crate::node::failure::Failure;
use crate::node::reason;
use std::path::PathBuf;
use std::time::Duration;

/// What a program gets that names no time of its own.
const USUAL_LIMIT: Duration = Duration::from_secs(120);
/// What `timeout` exits with if it had to end the program.
const TIMED_OUT: i32 = 124;

/// A program with its arguments; they hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program, looked up on the host, and its arguments.
    pub argv: Vec<String>,
    /// Its stdin.
    pub input: Input,
    /// After this long it is ended.
    pub limit: Duration,
    /// Whether its output belongs in the journal, line by line, without secrets.
    pub loud: bool,
    /// Whether everything is made durable again and again while it runs.
    pub synced: bool,
}

/// What a program reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Nothing.
    Nothing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A file, which it may seek in.
    File(PathBuf),
}

/// How a program ended and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its exit code; -1 if a signal ended it.
    pub code: i32,
    /// Its stdout, unless it was loud.
    pub stdout: Vec<u8>,
    /// Its stderr, or the end of all it said if it was loud.
    pub said: String,
}

impl Command {
    /// From words.
    pub fn new<W: AsRef<str>>(argv: impl IntoIterator<Item = W>) -> Self {
        let argv = argv.into_iter().map(|word| word.as_ref().to_owned()).collect();
        Self { argv, input: Input::Nothing, limit: USUAL_LIMIT, loud: false, synced: false }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.argv.push(argument.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<A: AsRef<str>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.argv.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// With a stdin.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.input = input;
        self
    }

    /// With another limit.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Shows its output in the journal.
    #[must_use]
    pub fn loud(mut self) -> Self {
        self.loud = true;
        self
    }

    /// Shortens the time in which a power cut could undo what the program has written already while others have
    /// heard of it.
    #[must_use]
    pub fn synced(mut self) -> Self {
        self.synced = true;
        self
    }

    /// The name of the program.
    pub fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }
}

impl Told {
    /// Nothing said, exit code 0.
    #[cfg(test)]
    pub fn success() -> Self {
        Self { code: 0, stdout: Vec::new(), said: String::new() }
    }

    /// Whether the program succeeded.
    pub fn succeeded(&self) -> bool {
        self.code == 0
    }

    /// Why it failed, in one line without secrets.
    pub fn reason(&self) -> String {
        if self.code == TIMED_OUT {
            return "it did not end in time".to_owned();
        }
        match reason::of(&self.said) {
            empty if empty.is_empty() => format!("exit code {}", self.code),
            reason => reason,
        }
    }

    /// Itself, or the failure of `program`, to be tried again.
    pub fn expect(self, program: &str) -> Result<Self, Failure> {
        if self.succeeded() { Ok(self) } else { Err(Failure::Again(format!("{program}: {}", self.reason()))) }
    }

    /// Its stdout as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}
