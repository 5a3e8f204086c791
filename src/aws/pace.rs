//! How long to wait before a call is made again.

use std::time::Duration;

/// How often a call is made at most; with the pauses between, that is about two minutes, as long as a new snapshot may
/// stay unknown to the EBS direct APIs (awslabs/coldsnap#43).
pub const TRIES: u32 = 12;
/// The first pause at most: what passes has mostly passed by then.
const FIRST: Duration = Duration::from_millis(200);
/// Any pause at most, so that a user sees that something goes on.
const LONGEST: Duration = Duration::from_secs(20);

/// The pause after the failed try number `tries`, from 1: doubled each time, and of that a random part, so that many
/// callers do not come back together.
pub fn pause(tries: u32, random: u64) -> Duration {
    let whole = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST);
    let part = u32::try_from(random % 1000).unwrap_or_default();
    whole / 2 + (whole / 2) * part / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_limit_and_last_for_two_minutes_in_all() {
        assert!(pause(1, 0) >= Duration::from_millis(100) && pause(1, 999) < Duration::from_millis(200));
        assert!(pause(u32::MAX, u64::MAX) <= LONGEST);
        let all: Duration = (1..TRIES).map(|tries| pause(tries, 500)).sum();
        assert!((60..130).contains(&all.as_secs()), "{all:?}");
    }
}
