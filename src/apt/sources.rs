//! apt sources in deb822 form (sources.list(5)).

use std::fmt::Write as _;
use std::path::PathBuf;

/// One archive that apt may resolve from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name that the lock gives it: `debian`, `debian-security` or a repository of the definition.
    pub archive: String,
    /// Base URL without a trailing slash.
    pub url: String,
    /// Suites, or one path ending in `/` for a flat repository.
    pub suites: Vec<String>,
    /// Components; empty for a flat repository.
    pub components: Vec<String>,
    /// The keys that must have signed it.
    pub key: PathBuf,
    /// Whether source packages are wanted too.
    pub with_sources: bool,
}

/// The text of a `.sources` file for all of `sources`.
pub fn deb822(sources: &[Source]) -> String {
    let mut text = String::new();
    for source in sources {
        let types = if source.with_sources { "deb deb-src" } else { "deb" };
        let _ = writeln!(text, "Types: {types}\nURIs: {}/\nSuites: {}", source.url, source.suites.join(" "));
        if !source.components.is_empty() {
            let _ = writeln!(text, "Components: {}", source.components.join(" "));
        }
        let _ = writeln!(text, "Signed-By: {}\n", source.key.display());
    }
    text
}

/// Splits `url` into the archive that it belongs to and the path below that archive's base.
pub fn locate<'a>(sources: &'a [Source], url: &'a str) -> Option<(&'a str, &'a str)> {
    let below = |source: &'a Source| {
        let path = url.strip_prefix(&source.url)?.strip_prefix('/')?;
        Some((source.archive.as_str(), path.trim_start_matches("./")))
    };
    let by_longest_base = sources.iter().filter_map(|s| below(s).map(|found| (s.url.len(), found)));
    by_longest_base.max_by_key(|(length, _)| *length).map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(archive: &str, url: &str) -> Source {
        Source {
            archive: archive.into(),
            url: url.into(),
            suites: vec!["./".into()],
            components: Vec::new(),
            key: "/k.gpg".into(),
            with_sources: false,
        }
    }

    #[test]
    fn writes_flat_and_ordinary_archives() {
        let mut ordinary = source("debian", "http://e/debian");
        ordinary.suites = vec!["a".into(), "b".into()];
        ordinary.components = vec!["main".into()];
        ordinary.with_sources = true;
        assert_eq!(
            deb822(&[ordinary, source("k", "http://e/k")]),
            "Types: deb deb-src\nURIs: http://e/debian/\nSuites: a b\nComponents: main\nSigned-By: /k.gpg\n\n\
             Types: deb\nURIs: http://e/k/\nSuites: ./\nSigned-By: /k.gpg\n\n"
        );
    }

    #[test]
    fn the_longest_base_owns_a_url() {
        let sources = [source("debian", "http://e/d"), source("inner", "http://e/d/inner")];
        assert_eq!(locate(&sources, "http://e/d/inner/./x.deb"), Some(("inner", "x.deb")));
        assert_eq!(locate(&sources, "http://e/d/pool/x.deb"), Some(("debian", "pool/x.deb")));
        assert_eq!(locate(&sources, "http://e/debian/pool/x.deb"), None);
    }
}
