//! Children whose end is a fact to be judged by the caller, not an error.

use super::Tool;
use crate::Result;
use anyhow::Context as _;
use std::io::{BufRead as _, BufReader, PipeReader, Read as _, Seek as _, Write as _};
use std::process::{ExitStatus, Stdio};

/// Most bytes of a line of a child's output; what is longer is cut there.
const LONGEST_LINE: u64 = 64 * 1024;

/// How a child ended and what it said.
#[derive(Debug, Clone)]
pub struct Told {
    /// How it ended.
    pub status: ExitStatus,
    /// Its stdout; empty if [`Tool::follow`] mixed it into the lines.
    pub stdout: Vec<u8>,
    /// Its stderr.
    pub stderr: Vec<u8>,
}

impl Tool {
    /// Runs to the end with stdin from `input`; fails only if the program cannot be started.
    pub fn tell(&self, input: Stdio) -> Result<Told> {
        let child = self.spawn(input, Stdio::piped(), Stdio::piped())?;
        let output = child.wait_with_output().with_context(|| self.failed_to("wait for"))?;
        Ok(Told { status: output.status, stdout: output.stdout, stderr: output.stderr })
    }

    /// Like [`Tool::tell`], but hands every line of stdout and stderr to `each` as it comes.
    pub fn follow(&self, each: &mut dyn FnMut(&str)) -> Result<ExitStatus> {
        let (reader, writer) = std::io::pipe()?;
        // the copies are closed here as soon as the child has its own, so that its end is the pipe's end
        let mut child = self.spawn(Stdio::null(), writer.try_clone()?.into(), writer.into())?;
        let read = lines(reader, each);
        let status = child.wait().with_context(|| self.failed_to("wait for"))?;
        read.with_context(|| self.failed_to("read the output of"))?;
        Ok(status)
    }
}

/// A stdin of `bytes`: a file without a name, so that no child can block us by not reading.
pub fn spooled(bytes: &[u8]) -> Result<Stdio> {
    let mut file = tempfile::tempfile().context("creating a temporary file")?;
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}

fn lines(reader: PipeReader, each: &mut dyn FnMut(&str)) -> std::io::Result<()> {
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        each(String::from_utf8_lossy(&line).trim_end());
    }
}
