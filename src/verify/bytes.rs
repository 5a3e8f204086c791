//! Compares bytes, a piece at a time.

use crate::Result;
use crate::inspect::source::ReadAt;

/// Bytes per piece and side.
const PIECE: usize = 1 << 20;

/// The offset of the first byte that differs; if one side is the beginning of the other, its length.
pub fn first_difference(expected: &dyn ReadAt, actual: &dyn ReadAt) -> Result<Option<u64>> {
    let common = expected.length().min(actual.length());
    let (mut left, mut right) = (vec![0; PIECE], vec![0; PIECE]);
    let mut offset = 0;
    while offset < common {
        let length = usize::try_from(common - offset).unwrap_or(PIECE).min(PIECE);
        expected.read_at(offset, &mut left[..length])?;
        actual.read_at(offset, &mut right[..length])?;
        if let Some(place) = mismatch(&left[..length], &right[..length]) {
            return Ok(Some(offset + place as u64));
        }
        offset += length as u64;
    }
    Ok((expected.length() != actual.length()).then_some(common))
}

/// Where two slices of the same length differ first.
pub fn mismatch(left: &[u8], right: &[u8]) -> Option<usize> {
    // comparing whole slices is a memcmp, far faster than looking at each byte
    if left == right { None } else { left.iter().zip(right).position(|(left, right)| left != right) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_difference_in_any_piece_and_in_the_length() {
        let zeros = vec![0; 2 * PIECE + 5];
        for place in [0, 1, PIECE - 1, PIECE, 2 * PIECE + 4] {
            let mut other = zeros.clone();
            other[place] = 1;
            assert_eq!(first_difference(&zeros, &other).unwrap(), Some(place as u64));
        }
        assert_eq!(first_difference(&zeros, &zeros).unwrap(), None);
        assert_eq!(first_difference(&zeros, &vec![0; 7]).unwrap(), Some(7));
        assert_eq!(first_difference(&Vec::new(), &Vec::new()).unwrap(), None);
    }
}
