//! MAC addresses.

use crate::document::place::{Place, Result};

/// `text` as a MAC address of one card, in lower case with colons, as cloud-init compares it.
pub fn mac(text: &str, at: &Place) -> Result<String> {
    let wrong = |what: &str| at.fault(format!("`{text}` {what}")).hint("write it as `52:54:00:12:34:56`");
    let bytes = parse(text).ok_or_else(|| wrong("is no MAC address"))?;
    if bytes == [0; 6] {
        return Err(wrong("belongs to no card"));
    }
    // IEEE 802: the lowest bit of the first byte
    if bytes[0] & 1 == 1 {
        return Err(wrong("is an address for groups (multicast), not of one card"));
    }
    Ok(bytes.map(|byte| format!("{byte:02x}")).join(":"))
}

fn parse(text: &str) -> Option<[u8; 6]> {
    let separator = if text.contains('-') { '-' } else { ':' };
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let byte = |part: &str| digits(part).then(|| u8::from_str_radix(part, 16).ok()).flatten();
    let bytes: Option<Vec<u8>> = text.split(separator).map(byte).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn six_bytes_with_either_separator() {
        assert_eq!(parse("52:54:00:AB:cd:01"), Some([0x52, 0x54, 0, 0xab, 0xcd, 1]));
        assert_eq!(parse("52-54-00-AB-CD-01"), Some([0x52, 0x54, 0, 0xab, 0xcd, 1]));
        for text in [
            "",
            "52:54:00:ab:cd",
            "52:54:00:ab:cd:1",
            "52:54:00:ab:cd:+1",
            "525400abcd01",
            "5g:54:00:ab:cd:01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
