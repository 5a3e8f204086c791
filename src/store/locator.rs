//! Sources as users write them, and how they are shown: without credentials.

use crate::error::Fault;
use reqwest::Url;
use std::path::{Path, PathBuf};

/// Where bytes can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Locator {
    /// An `http` or `https` URL, possibly with credentials.
    Http(String),
    /// A file of this machine.
    File(PathBuf),
}

impl Locator {
    /// Parses an `https://`, `http://` or `file://` URL or an absolute path.
    pub fn parse(source: &str) -> Result<Self, Fault> {
        if source.starts_with('/') {
            return Ok(Self::File(Path::new(source).to_owned()));
        }
        let url = Url::parse(source).map_err(|error| refuse(source, &error.to_string()))?;
        match url.scheme() {
            "http" | "https" => Ok(Self::Http(source.to_owned())),
            "file" => url.to_file_path().map(Self::File).map_err(|()| refuse(source, "no local path")),
            other => Err(refuse(source, &format!("`{other}` is not supported"))),
        }
    }

    /// For messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Http(url) => shown(url),
            Self::File(path) => path.display().to_string(),
        }
    }
}

fn refuse(source: &str, why: &str) -> Fault {
    Fault::input(format!("`{}` is no usable source: {why}", shown(source)))
        .hint("write an `https://`, `http://` or `file://` URL or an absolute path")
}

/// `url` for messages and logs: without user, password, and the query, where signed URLs keep their secret.
pub fn shown(url: &str) -> String {
    let Some((scheme, _)) = url.split_once("://") else { return url.to_owned() };
    let Ok(mut parsed) = Url::parse(url) else { return format!("{scheme}://…") };
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    parsed.set_fragment(None);
    let query = if parsed.query().is_some() { "?…" } else { "" };
    parsed.set_query(None);
    format!("{parsed}{query}")
}

/// Host and port of `url`, as far as a port is written that is not the usual one.
pub(super) fn host(url: &Url) -> Option<String> {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", url.host_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_shown() {
        assert_eq!(shown("https://me:secret@dl.example.org:8443/a/b"), "https://dl.example.org:8443/a/b");
        assert_eq!(shown("https://dl.example.org/a?token=secret#secret"), "https://dl.example.org/a?…");
        assert_eq!(shown("https://me:sec/ret@[bad/"), "https://…");
        assert_eq!(shown("/a/b"), "/a/b");
    }

    #[test]
    fn paths_and_file_urls_are_files() {
        let file = Locator::File("/a/b c".into());
        assert_eq!(Locator::parse("/a/b c").unwrap(), file);
        assert_eq!(Locator::parse("file:///a/b%20c").unwrap(), file);
    }

    #[test]
    fn other_sources_are_refused_without_their_credentials() {
        for source in
            ["", "a/b", "ftp://me:secret@a.example.org/b", "file://me:secret@far.example.org/b", "http://"]
        {
            let fault = Locator::parse(source).unwrap_err();
            assert!(!fault.to_string().contains("secret"), "{fault}");
        }
    }
}
