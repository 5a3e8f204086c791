//! How often and after which waits something is tried again.

use std::time::Duration;

/// Longest wait that a server may ask for with `Retry-After`.
const LONGEST: Duration = Duration::from_secs(30);

/// The tries that are left for one request; waits double.
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    left: u32,
    wait: Duration,
}

impl Backoff {
    /// `attempts` tries in all, with a wait of `first` before the second one.
    pub fn new(attempts: u32, first: Duration) -> Self {
        Self { left: attempts.saturating_sub(1), wait: first }
    }

    /// Sleeps before the next try, for `asked` if that is longer; `false`, at once, if no try is left.
    pub fn pause(&mut self, asked: Option<Duration>) -> bool {
        if self.left == 0 {
            return false;
        }
        std::thread::sleep(asked.unwrap_or_default().clamp(self.wait, LONGEST.max(self.wait)));
        self.left -= 1;
        self.wait *= 2;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_counts() {
        let mut backoff = Backoff::new(3, Duration::ZERO);
        assert_eq!([(); 3].map(|()| backoff.pause(None)), [true, true, false]);
        assert!(!Backoff::new(0, Duration::ZERO).pause(None));
    }
}
