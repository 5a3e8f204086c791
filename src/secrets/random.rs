//! Texts that nobody can foresee.

use super::Secret;
use crate::{Result, environment};

/// What bootstrap tokens are made of (`k8s.io/cluster-bootstrap/token/api`).
const LOWER: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `length` lower-case letters and digits, all equally likely.
pub fn lower(length: usize) -> Result<String> {
    let mut text = String::with_capacity(length);
    // numbers above the largest multiple are thrown away, else the first letters were likelier
    let limit = 256 / LOWER.len() * LOWER.len();
    while text.len() < length {
        let mut bytes = [0; 64];
        environment::random_bytes(&mut bytes)?;
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|number| *number < limit);
        text.extend(fair.map(|number| char::from(LOWER[number % LOWER.len()])).take(length - text.len()));
    }
    Ok(text)
}

/// `N` bytes as hex digits.
pub fn hex<const N: usize>() -> Result<Secret> {
    let mut bytes = [0; N];
    environment::random_bytes(&mut bytes)?;
    Ok(Secret::new(hex::encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_long_as_asked_and_differ() {
        let (one, two) = (lower(100).unwrap(), lower(100).unwrap());
        assert_eq!((one.len(), two.len()), (100, 100));
        assert!(one != two && one.bytes().all(|b| LOWER.contains(&b)));
        assert_eq!(hex::<32>().unwrap().expose().len(), 64);
    }
}
