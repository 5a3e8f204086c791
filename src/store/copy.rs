//! Copies from a source to a file, telling whose fault a failure is.

use crate::report::Progress;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Large enough that system calls do not count, small enough for eight at once.
const BUFFER: usize = 128 << 10;

/// How a copy ended, if writing went well.
#[derive(Debug)]
pub(super) enum Ended {
    /// The source has no more.
    AtEnd,
    /// `limit` bytes came; there may be more.
    AtLimit,
    /// The source failed.
    Broken(io::Error),
    /// `stop` was set.
    Stopped,
}

/// Copies at most `limit` bytes; returns their number and how it ended.
///
/// # Errors
/// Those of `writer` only.
pub(super) fn copy(
    reader: &mut dyn Read,
    writer: &mut impl Write,
    limit: u64,
    progress: &Progress,
    stop: &AtomicBool,
) -> io::Result<(u64, Ended)> {
    let mut buffer = vec![0; BUFFER];
    let mut copied = 0;
    while copied < limit {
        if stop.load(Ordering::Relaxed) {
            return Ok((copied, Ended::Stopped));
        }
        let most = usize::try_from(limit - copied).map_or(BUFFER, |left| left.min(BUFFER));
        match reader.read(&mut buffer[..most]) {
            Ok(0) => return Ok((copied, Ended::AtEnd)),
            Ok(n) => {
                writer.write_all(&buffer[..n])?;
                copied += n as u64;
                progress.advance(n as u64);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Ok((copied, Ended::Broken(error))),
        }
    }
    Ok((copied, Ended::AtLimit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;

    fn run(reader: &mut dyn Read, writer: &mut impl Write, limit: u64) -> io::Result<(u64, Ended)> {
        copy(reader, writer, limit, &Report::quiet().progress("x", None), &AtomicBool::new(false))
    }

    #[test]
    fn an_endless_source_is_cut_off() {
        let mut out = Vec::new();
        let (copied, ended) = run(&mut io::repeat(1), &mut out, 300_000).unwrap();
        assert!(matches!(ended, Ended::AtLimit));
        assert_eq!((copied, out.len()), (300_000, 300_000));
    }

    #[test]
    fn a_full_disk_is_an_error_and_no_broken_source() {
        let mut full = fs_err::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = run(&mut io::repeat(1), &mut full, 10).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
    }

    #[test]
    fn a_stopped_copy_writes_nothing_more() {
        let progress = Report::quiet().progress("x", None);
        let mut out = Vec::new();
        let ended = copy(&mut io::repeat(1), &mut out, 10, &progress, &AtomicBool::new(true)).unwrap();
        assert!(matches!(ended, (0, Ended::Stopped)) && out.is_empty());
    }
}
