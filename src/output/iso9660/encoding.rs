//! Numbers and text as ECMA-119 records them.

/// A 16-bit number in both byte orders (7.2.3).
pub fn both_u16(number: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (number.to_le_bytes(), number.to_be_bytes());
    [a, b, c, d]
}

/// A 32-bit number in both byte orders (7.3.3).
pub fn both_u32(number: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// UCS-2 in big-endian order, as Joliet has it; `text` is ASCII.
pub fn ucs2(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}
