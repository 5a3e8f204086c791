//! How long to wait before a step is tried again.

use std::time::Duration;

/// How waits grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Something that happens by itself, and that costs little to look at.
    Look,
    /// Work that failed.
    Work,
}

impl Pace {
    fn bounds(self) -> (Duration, Duration) {
        match self {
            Self::Look => (Duration::from_secs(1), Duration::from_secs(5)),
            Self::Work => (Duration::from_secs(2), Duration::from_secs(60)),
        }
    }

    /// The wait after `failures` failures, at least 1: it doubles up to a limit, and `random` takes up to a
    /// quarter of it away, so that hosts that failed together do not come back together.
    pub fn wait(self, failures: u32, random: u64) -> Duration {
        let (first, longest) = self.bounds();
        let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(16));
        let wait = doubled.min(longest);
        wait.saturating_sub(wait / 4 * u32::try_from(random % 1000).unwrap_or_default() / 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        let waits = [1, 2, 3, 6, 7, u32::MAX].map(|failures| Pace::Work.wait(failures, 0).as_secs());
        assert_eq!(waits, [2, 4, 8, 60, 60, 60]);
        assert_eq!([1, 4, 99].map(|failures| Pace::Look.wait(failures, 0).as_secs()), [1, 5, 5]);
    }

    #[test]
    fn jitter_takes_at_most_a_quarter() {
        for random in [0, 1, 500, 999, 1000, u64::MAX] {
            let wait = Pace::Work.wait(10, random);
            assert!(wait > Duration::from_secs(45) && wait <= Duration::from_secs(60), "{wait:?}");
        }
    }
}
