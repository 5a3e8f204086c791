//! Little-endian fields of an on-disk record.

/// The bytes of a record. A field past their end reads as zero, so that a short record is caught by the
/// checks on its values and never by a panic.
#[derive(Clone, Copy)]
pub struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// At most `length` bytes from `offset` on.
    pub fn bytes(self, offset: usize, length: usize) -> &'a [u8] {
        let rest = self.0.get(offset..).unwrap_or_default();
        &rest[..length.min(rest.len())]
    }

    /// One byte.
    pub fn u8(self, offset: usize) -> u8 {
        self.0.get(offset).copied().unwrap_or_default()
    }

    /// Two bytes.
    pub fn u16(self, offset: usize) -> u16 {
        u16::from_le_bytes(self.array(offset))
    }

    /// Four bytes.
    pub fn u32(self, offset: usize) -> u32 {
        u32::from_le_bytes(self.array(offset))
    }

    /// Eight bytes.
    pub fn u64(self, offset: usize) -> u64 {
        u64::from_le_bytes(self.array(offset))
    }

    /// Two 32-bit halves of one number, at two places.
    pub fn split_u64(self, low: usize, high: usize) -> u64 {
        u64::from(self.u32(low)) | u64::from(self.u32(high)) << 32
    }

    /// `N` bytes, zero where there are none.
    pub fn array<const N: usize>(self, offset: usize) -> [u8; N] {
        let mut array = [0; N];
        let bytes = self.bytes(offset, N);
        array[..bytes.len()].copy_from_slice(bytes);
        array
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_little_endian_and_zero_past_the_end() {
        let fields = Fields(&[1, 2, 3, 4, 5]);
        assert_eq!((fields.u16(0), fields.u32(1)), (0x0201, 0x0504_0302));
        assert_eq!((fields.u32(3), fields.u64(99), fields.u8(5)), (0x0504, 0, 0));
        assert_eq!(fields.bytes(4, 9), [5]);
        assert_eq!(fields.split_u64(0, 1), 0x0504_0302_0403_0201);
    }
}
