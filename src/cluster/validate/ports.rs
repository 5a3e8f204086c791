//! Ports.

use crate::document::place::{Place, Result};
use std::collections::BTreeMap;

/// The API server's own default.
const DEFAULT_RANGE: (u16, u16) = (30000, 32767);

/// `node_ports`: `FIRST-LAST`.
pub fn range(raw: Option<String>, at: &Place) -> Result<(u16, u16)> {
    let Some(text) = raw else { return Ok(DEFAULT_RANGE) };
    let split = text.split_once('-').and_then(|(first, last)| Some((number(first)?, number(last)?)));
    split.filter(|(first, last)| first <= last).ok_or_else(|| {
        at.fault(format!("`{text}` is no range of ports")).hint("write first and last port: `30000-32767`")
    })
}

fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0)
}

/// Ports of a machine forwarded from another; none is 0.
pub fn forwarded(raw: BTreeMap<u16, u16>, at: &Place) -> Result<BTreeMap<u16, u16>> {
    match raw.iter().find(|(guest, host)| **guest == 0 || **host == 0) {
        Some((guest, _)) => Err(at
            .key(&guest.to_string())
            .fault("`0` is no port")
            .hint("write ports from 1 to 65535: `80: 48080`")),
        None => Ok(raw),
    }
}
