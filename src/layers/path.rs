//! Member names as [`super::tree::Tree`] keeps them: relative, `/`-separated, no empty, `.` or `..` component.

use crate::error::Fault;

/// `raw` without `./`, doubled and trailing slashes; the root (`./`) becomes the empty string.
///
/// Refuses what could name a place outside of the tree: absolute paths and `..`; also empty names and NUL.
pub fn normalise(raw: &str) -> Result<String, Fault> {
    if raw.starts_with('/') {
        return Err(refused(raw, "is absolute"));
    }
    components(raw)
}

/// Like [`normalise`] for names that users write and images hold as absolute: `/etc/hosts` becomes `etc/hosts`.
pub fn from_absolute(raw: &str) -> Result<String, Fault> {
    if !raw.starts_with('/') {
        return Err(refused(raw, "is not absolute"));
    }
    components(raw)
}

/// [`normalise`] for the bytes of a tar header, whose names must also be UTF-8.
pub fn from_bytes(raw: &[u8]) -> Result<String, Fault> {
    let text =
        std::str::from_utf8(raw).map_err(|_| refused(&String::from_utf8_lossy(raw), "is not valid UTF-8"))?;
    normalise(text)
}

/// The folder that holds `path`, and the last component; the folder of a top-level path is the root, `""`.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// `folder/name`, where `folder` may be the root.
pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether `path` lies somewhere below `folder`.
pub fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() && !path.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn components(raw: &str) -> Result<String, Fault> {
    if raw.is_empty() {
        return Err(refused(raw, "is empty"));
    }
    if raw.contains('\0') {
        return Err(refused(&raw.replace('\0', "\\0"), "holds a NUL byte"));
    }
    let parts: Vec<&str> = raw.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err(refused(raw, "has a `..` component"));
    }
    Ok(parts.join("/"))
}

fn refused(raw: &str, why: &str) -> Fault {
    Fault::input(format!("the path `{raw}` {why}"))
        .hint("names must stay inside of the tree that they are placed in; fix whatever made this one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn drops_dots_and_slashes() {
        for (raw, normal) in
            [("./a//b/./c/", "a/b/c"), ("a", "a"), ("./", ""), (".", ""), ("a..b/..c", "a..b/..c")]
        {
            assert_eq!(normalise(raw).unwrap(), normal, "{raw}");
        }
        assert_eq!(from_absolute("/etc//hosts").unwrap(), "etc/hosts");
    }

    #[test]
    fn refuses_what_leads_out_or_means_nothing() {
        for raw in ["", "/etc", "..", "a/../b", "a/..", "./../a", "a\0b"] {
            assert!(normalise(raw).is_err(), "{raw:?}");
        }
        assert!(from_absolute("etc").is_err());
        assert!(from_absolute("/../etc").is_err());
        assert!(from_bytes(b"a\xffb").is_err());
    }

    #[test]
    fn below_is_about_components() {
        assert!(is_below("a/b", "a") && is_below("a", ""));
        assert!(!is_below("ab", "a") && !is_below("a", "a") && !is_below("", ""));
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(raw in "[a./]{1,12}") {
            if let Ok(once) = normalise(&raw) {
                prop_assert!(!once.split('/').any(|part| part == "..") && !once.starts_with('/'));
                if !once.is_empty() {
                    prop_assert_eq!(normalise(&once).unwrap(), once);
                }
            }
        }
    }
}
