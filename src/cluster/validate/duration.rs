//! Durations as Go and kubeadm write them: `24h`, `2h0m0s`, `90m`.

use crate::document::place::{Place, Result};
use std::time::Duration;

const HOUR: u64 = 3600;
/// kubeadm's own default.
const DEFAULT: Duration = Duration::from_secs(24 * HOUR);
/// A host must have time to boot and join.
const SHORTEST: Duration = Duration::from_secs(600);
/// A token that lives longer is a password.
const LONGEST: Duration = Duration::from_secs(365 * 24 * HOUR);

/// `token_lifetime`.
pub fn token_lifetime(raw: Option<String>, at: &Place) -> Result<Duration> {
    let Some(text) = raw else { return Ok(DEFAULT) };
    let lifetime = parse(&text)
        .ok_or_else(|| at.fault(format!("`{text}` is no duration")).hint("write it as `24h` or `90m`"))?;
    if (SHORTEST..=LONGEST).contains(&lifetime) {
        Ok(lifetime)
    } else {
        Err(at.fault(format!("`{text}` is no lifetime for a token")).hint("write `10m` to `8760h`"))
    }
}

/// Hours, minutes and seconds, each at most once and in this order.
fn parse(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut seconds = 0_u64;
    for (unit, factor) in [('h', HOUR), ('m', 60), ('s', 1)] {
        let Some((number, after)) = rest.split_once(unit) else { continue };
        let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let number: u64 = number.parse().ok().filter(|_| digits)?;
        seconds = seconds.checked_add(number.checked_mul(factor)?)?;
        rest = after;
    }
    (rest.is_empty() && !text.is_empty()).then_some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_prints() {
        let table = [("24h", 86_400), ("2h0m0s", 7200), ("90m", 5400), ("1h30m", 5400), ("5s", 5), ("0s", 0)];
        for (text, seconds) in table {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in
            ["", "24", "h", "1.5h", "-1h", "+1h", "1d", "1m1h", "1h1h", " 1h", "99999999999999999999h"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
