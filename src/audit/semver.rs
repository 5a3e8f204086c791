//! The order of semantic versions (semver.org 2.0.0, 11), with or without a leading `v`.

use std::cmp::Ordering;

/// Compares two versions; parts that are missing are zero, what is no number comes after numbers.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (split(one), split(other));
    numbers(one.0, other.0).then_with(|| match (one.1, other.1) {
        (None, None) => Ordering::Equal,
        // a version comes after what was released before it
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => prereleases(one, other),
    })
}

/// Numbers and prerelease, without build metadata.
fn split(version: &str) -> (&str, Option<&str>) {
    let version = version.trim_start_matches('v');
    let version = version.split('+').next().unwrap_or_default();
    version.split_once('-').map_or((version, None), |(numbers, prerelease)| (numbers, Some(prerelease)))
}

fn numbers(one: &str, other: &str) -> Ordering {
    let part = |text: &str, index: usize| text.split('.').nth(index).unwrap_or("0").to_owned();
    let parts = one.split('.').count().max(other.split('.').count());
    let orders = (0..parts).map(|index| identifier(&part(one, index), &part(other, index)));
    orders.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn prereleases(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.split('.'), other.split('.'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(other)) => match identifier(one, other) {
                Ordering::Equal => {}
                order => return order,
            },
        }
    }
}

fn identifier(one: &str, other: &str) -> Ordering {
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => one.cmp(other),
    }
}

fn number(text: &str) -> Option<(usize, &str)> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = text.trim_start_matches('0');
    is_number.then_some((digits.len(), digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_the_order_of_the_specification() {
        let ordered = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "v1.0.0+build",
            "1.2",
            "1.10.0",
            "2.0.0",
        ];
        for pair in ordered.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
            assert_eq!(compare(pair[1], pair[0]), Ordering::Greater, "{pair:?}");
        }
        assert_eq!(compare("1.2", "v1.2.0"), Ordering::Equal);
    }
}
