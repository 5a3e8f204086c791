//! The artifact mirror: one place that stands in for all upstream hosts, host and path kept.
//!
//! `https://dl.example.org/a/b?x` becomes `DIR/dl.example.org/a/b` or `BASE/dl.example.org/a/b`. Directory
//! names are percent-decoded, so a directory that some HTTP server publishes works in both forms.

use super::locator::{Locator, shown};
use crate::error::Fault;
use anyhow::Context as _;
use reqwest::Url;
use std::path::{Path, PathBuf};

/// What `--artifact-mirror` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mirror {
    Directory(PathBuf),
    Base(String),
}

impl Mirror {
    /// A base URL, a `file://` URL, or a directory.
    pub fn parse(text: &str) -> crate::Result<Self> {
        if !text.contains("://") {
            let path = std::path::absolute(text).with_context(|| format!("finding the mirror `{text}`"))?;
            return Ok(Self::Directory(path));
        }
        match Locator::parse(text)? {
            Locator::File(path) => Ok(Self::Directory(path)),
            Locator::Http(url) if url.contains(['?', '#']) => {
                let message = format!("the artifact mirror `{}` has a query or a fragment", shown(&url));
                Err(Fault::usage(message).hint("give `--artifact-mirror` a plain base URL").into())
            }
            Locator::Http(url) => Ok(Self::Base(url.trim_end_matches('/').to_owned())),
        }
    }

    /// Where `source` is found; files of this machine stay where they are.
    pub fn redirect(&self, source: Locator) -> Result<Locator, Fault> {
        let Locator::Http(url) = &source else { return Ok(source) };
        let (host, path) = host_and_path(url)?;
        Ok(match self {
            Self::Base(base) => Locator::Http(format!("{base}/{host}{path}")),
            Self::Directory(directory) => Locator::File(below(directory, &host, &path, url)?),
        })
    }
}

/// Where a mirror has what is behind `url`, below its folder: `HOST/PATH`.
pub fn path_of(url: &str) -> Result<PathBuf, Fault> {
    let (host, path) = host_and_path(url)?;
    below(Path::new(""), &host, &path, url)
}

/// The folder that `mirror` is, as `--artifact-mirror` names it; `None` if it is a URL of some server.
pub fn directory(mirror: &str) -> Option<PathBuf> {
    match Mirror::parse(mirror) {
        Ok(Mirror::Directory(path)) => Some(path),
        Ok(Mirror::Base(_)) | Err(_) => None,
    }
}

/// `host[:port]` and the path, which cannot leave the mirror.
fn host_and_path(url: &str) -> Result<(String, String), Fault> {
    // `Url` resolves `..` silently, so that has to be looked for in what was written.
    let written = url.split_once("://").map_or("", |(_, rest)| rest);
    let written = written.split(['?', '#']).next().unwrap_or_default();
    let decoded = written.to_ascii_lowercase().replace("%2e", ".");
    let escapes = decoded.contains("%2f") || decoded.contains("%5c") || decoded.contains("%00");
    let dots = decoded.split('/').any(|segment| segment == "." || segment == "..");
    let parsed = Url::parse(url).ok();
    let host = parsed.as_ref().and_then(Url::host_str).filter(|host| !host.is_empty());
    match (parsed.as_ref(), host) {
        (Some(parsed), Some(host)) if !escapes && !dots && !written.contains('\\') => {
            let port = parsed.port().map(|port| format!(":{port}")).unwrap_or_default();
            Ok((format!("{host}{port}"), parsed.path().to_owned()))
        }
        _ => Err(refuse(url)),
    }
}

fn below(directory: &Path, host: &str, path: &str, url: &str) -> Result<PathBuf, Fault> {
    let decoded = Url::parse(&format!("file://{path}")).ok().and_then(|url| url.to_file_path().ok());
    let decoded = decoded.ok_or_else(|| refuse(url))?;
    let relative = decoded.strip_prefix("/").map_err(|_| refuse(url))?;
    Ok(directory.join(host).join(relative))
}

fn refuse(url: &str) -> Fault {
    Fault::input(format!("`{}` cannot be mapped into the artifact mirror", shown(url)))
        .hint("write the URL without `.` or `..` segments, backslashes and encoded slashes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn directory(url: &str) -> Result<Locator, Fault> {
        Mirror::parse("/m").unwrap().redirect(Locator::Http(url.to_owned()))
    }

    #[test]
    fn host_and_path_are_kept_and_the_query_is_not() {
        let url = "https://me:secret@DL.example.org:8443/a/b%20c.tgz?x=1";
        assert_eq!(directory(url).unwrap(), Locator::File("/m/dl.example.org:8443/a/b c.tgz".into()));
        let base = Mirror::parse("http://mirror.example.org/up/").unwrap();
        let expected = "http://mirror.example.org/up/dl.example.org:8443/a/b%20c.tgz";
        assert_eq!(base.redirect(Locator::Http(url.into())).unwrap(), Locator::Http(expected.into()));
    }

    #[test]
    fn nothing_leaves_the_mirror() {
        for path in
            ["../x", "a/../../x", "%2e%2E/x", "a/.%2e/x", "a%2f..%2fx", "a\\..\\x", "a/%5c", "a%00", "./a"]
        {
            let url = format!("https://dl.example.org/{path}");
            assert!(directory(&url).is_err(), "{url}");
        }
        assert!(directory("https://../x").is_err());
        assert!(directory("https://dl.example.org/a..b/x?y=../z").is_ok());
    }

    #[test]
    fn local_files_are_left_alone() {
        let file = Locator::File("/elsewhere/x".into());
        assert_eq!(Mirror::parse("/m").unwrap().redirect(file.clone()).unwrap(), file);
    }

    #[test]
    fn a_mirror_with_a_query_is_refused() {
        assert!(Mirror::parse("https://mirror.example.org/?a=b").is_err());
        assert_eq!(Mirror::parse("file:///m").unwrap(), Mirror::Directory("/m".into()));
    }

    proptest! {
        #[test]
        fn a_mapped_path_is_below_its_host(path in "([a-z.%2ef/\\\\]|%[0-9a-f]{2}){0,24}") {
            if let Ok(Locator::File(mapped)) = directory(&format!("https://h.example.org/{path}")) {
                prop_assert!(mapped.starts_with("/m/h.example.org"));
                let plain = |c| matches!(c, std::path::Component::RootDir | std::path::Component::Normal(_));
                prop_assert!(mapped.components().all(plain), "{mapped:?}");
            }
        }
    }
}
