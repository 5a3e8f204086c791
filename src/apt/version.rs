//! Debian's order of versions (Debian policy 5.6.12; deb-version(7)).

use std::cmp::Ordering;

/// Compares two versions `[EPOCH:]UPSTREAM[-REVISION]` as `dpkg --compare-versions` does; never fails, since what
/// is no version still has its place.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (Parts::of(one), Parts::of(other));
    let epochs = number(one.epoch).cmp(&number(other.epoch));
    epochs.then_with(|| part(one.upstream, other.upstream)).then_with(|| part(one.revision, other.revision))
}

struct Parts<'a> {
    epoch: &'a str,
    upstream: &'a str,
    revision: &'a str,
}

impl<'a> Parts<'a> {
    fn of(version: &'a str) -> Self {
        let (epoch, rest) = version.trim().split_once(':').unwrap_or(("0", version.trim()));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        Self { epoch, upstream, revision }
    }
}

/// Runs of other characters and runs of digits in turn.
fn part(mut one: &str, mut other: &str) -> Ordering {
    while !one.is_empty() || !other.is_empty() {
        let (word, word_of_other);
        (word, one) = split(one, |c| !c.is_ascii_digit());
        (word_of_other, other) = split(other, |c| !c.is_ascii_digit());
        let (digits, digits_of_other);
        (digits, one) = split(one, |c| c.is_ascii_digit());
        (digits_of_other, other) = split(other, |c| c.is_ascii_digit());
        let order = words(word, word_of_other).then_with(|| number(digits).cmp(&number(digits_of_other)));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}

/// A tilde comes before the end, letters before all other characters.
fn words(one: &str, other: &str) -> Ordering {
    let order = |c: Option<u8>| match c {
        Some(b'~') => -1,
        None => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(letter),
        Some(mark) => i32::from(mark) + 256,
    };
    let at = |text: &str, index: usize| order(text.as_bytes().get(index).copied());
    let differing = (0..one.len().max(other.len())).map(|index| at(one, index).cmp(&at(other, index)));
    differing.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Without leading zeros a longer number is the larger one, however long.
fn number(digits: &str) -> (usize, &str) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::foreign;
    use proptest::prelude::*;

    #[test]
    fn known_pairs_are_in_order() {
        for (less, more) in [
            ("1.0~rc1", "1.0"),
            ("1.0", "1.0-1"),
            ("1.0-1", "1.0-1+b1"),
            ("1.0-1", "1.0-1+deb12u1"),
            ("9.9", "1:0.1"),
            ("1.2", "1.10"),
            ("1.0a", "1.0+a"),
            ("1.0", "1.0a"),
            ("1.0~~", "1.0~~a"),
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare(more, less), Ordering::Greater, "{more} {less}");
        }
        assert_eq!(compare("0:1.00-0", "1.0"), Ordering::Equal);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn dpkg_agrees(one in "([0-2]:)?[0-9][0-9a-b.+~]{0,6}(-[0-9a-b+~]{1,4})?", other in "([0-2]:)?[0-9][0-9a-b.+~]{0,6}(-[0-9a-b+~]{1,4})?") {
            let (relation, reverse) = match compare(&one, &other) {
                Ordering::Less => ("lt", Ordering::Greater),
                Ordering::Equal => ("eq", Ordering::Equal),
                Ordering::Greater => ("gt", Ordering::Less),
            };
            let agrees = foreign("dpkg").args(["--compare-versions", &one, relation, &other]).run();
            prop_assert!(agrees.is_ok(), "`{}` `{}` {}", one, other, relation);
            prop_assert_eq!(compare(&other, &one), reverse);
        }

        #[test]
        fn anything_has_its_place(one in "[ -~é]{0,12}", other in "[ -~é]{0,12}") {
            prop_assert_eq!(compare(&one, &other), compare(&other, &one).reverse());
        }
    }
}
