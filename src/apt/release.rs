//! The date of an archive's signed `Release` file, which is an image's one notion of time.
//!
//! So time stamps in images mean something, and no clock decides about their bytes.

use super::isolated::IsolatedApt;
use crate::Result;
use crate::error::Fault;
use std::time::UNIX_EPOCH;

impl IsolatedApt {
    /// The newest `Date` of all fetched release files, in seconds since 1970.
    pub fn epoch(&self) -> Result<u64> {
        let mut newest = None;
        for path in self.release_files()? {
            let text = fs_err::read_to_string(&path)?;
            newest = newest.max(date(&text));
        }
        newest.ok_or_else(|| {
            Fault::input("no release file of the archives has a date")
                .hint("check the mirror: its `Release` files must have a `Date`")
                .into()
        })
    }
}

/// The `Date` field (Debian policy: RFC 5322 with the zone `UTC`).
fn date(release: &str) -> Option<u64> {
    let line = release.lines().find_map(|line| line.strip_prefix("Date: "))?;
    let http_date = line.trim().replace("UTC", "GMT").replace("+0000", "GMT");
    let time = httpdate::parse_http_date(&http_date).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_date_of_a_release_file() {
        assert_eq!(date("Origin: Debian\nDate: Sat, 11 Jul 2026 09:14:12 UTC\n"), Some(1_783_761_252));
        assert_eq!(date("Date: Sat, 11 Jul 2026 09:14:12 +0000\n"), Some(1_783_761_252));
        assert_eq!(date("Origin: Debian\n"), None);
        assert_eq!(date("Date: yesterday\n"), None);
    }
}
