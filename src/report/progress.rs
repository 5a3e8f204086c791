//! One long transfer on its way.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::{self, Read};

/// A bar on a terminal, nothing elsewhere; gone when dropped.
pub struct Progress(ProgressBar);

impl Progress {
    pub(super) fn bar(bars: &MultiProgress, name: &str, total: Option<u64>) -> Self {
        let bar = bars.add(total.map_or_else(ProgressBar::no_length, ProgressBar::new));
        let template = "{prefix:32!} {bar:24} {bytes:>10}/{total_bytes:<10} {bytes_per_sec:>12} {eta}";
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_prefix(name.to_owned());
        Self(bar)
    }

    pub(super) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// `bytes` more are done.
    pub fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }

    /// Counts what is read through the result.
    pub fn reader<R: Read>(&self, inner: R) -> impl Read + use<'_, R> {
        Counted { inner, progress: self }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

struct Counted<'a, R> {
    inner: R,
    progress: &'a Progress,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.progress.advance(n as u64);
        Ok(n)
    }
}
