//! Package URLs (purl-spec): one name for a package that tools for vulnerabilities and licences agree on.

use crate::apt::mirror::{DEBIAN, SECURITY};
use crate::apt::resolve::Deb;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::oci::Reference;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A package URL without subpath: `pkg:KIND/NAMESPACE/NAME@VERSION?KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Purl {
    /// `deb`, `golang`, `github`, `oci`, `generic`.
    pub kind: String,
    /// Segments before the name, joined by `/`; may be empty.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The version, if one is known.
    pub version: Option<String>,
    /// Further facts.
    pub qualifiers: BTreeMap<String, String>,
}

impl Purl {
    /// Without version and qualifiers.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self {
            kind: kind.into(),
            namespace: namespace.into(),
            name: name.into(),
            version: None,
            qualifiers: BTreeMap::new(),
        }
    }

    /// With a version.
    #[must_use]
    pub fn version(mut self, version: &str) -> Self {
        self.version = Some(version.into());
        self
    }

    /// With a qualifier.
    #[must_use]
    pub fn qualifier(mut self, key: &str, value: impl Into<String>) -> Self {
        self.qualifiers.insert(key.into(), value.into());
        self
    }

    /// Of a deb of the release `suite`.
    pub fn of_deb(deb: &Deb, suite: &str) -> Self {
        Self::new("deb", vendor(&deb.archive), &deb.package)
            .version(&deb.version)
            .qualifier("arch", &deb.architecture)
            .qualifier("distro", suite)
    }

    /// Of a source package in `archive`.
    pub fn of_source(name: &str, version: &str, archive: &str, suite: &str) -> Self {
        Self::new("deb", vendor(archive), name)
            .version(version)
            .qualifier("arch", "source")
            .qualifier("distro", suite)
    }

    /// Of a container image with that manifest; `None` if `reference` is none.
    pub fn of_image(reference: &str, manifest: &Sha256) -> Option<Self> {
        let parsed: Reference = reference.parse().ok()?;
        let repository = format!("{}/{}", parsed.registry(), parsed.repository());
        let name = parsed.repository().rsplit('/').next().unwrap_or_default().to_owned();
        let purl = Self::new("oci", "", &name).version(&manifest.prefixed());
        let purl = purl.qualifier("repository_url", repository);
        Some(match parsed.tag() {
            Some(tag) => purl.qualifier("tag", tag),
            None => purl,
        })
    }

    /// Of what `url` downloads, where its address names a release: projects on GitHub, and Kubernetes.
    pub fn of_release(url: &str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let segments: Vec<&str> = rest.split(['?', '#']).next()?.split('/').collect();
        match segments.as_slice() {
            ["github.com", owner, repository, "releases", "download", version, ..] => {
                Some(Self::new("github", &owner.to_lowercase(), &repository.to_lowercase()).version(version))
            }
            ["dl.k8s.io", "release", version, "bin", ..] => {
                Some(Self::new("golang", "k8s.io", "kubernetes").version(version))
            }
            _ => None,
        }
    }
}

/// Who makes the packages of an archive.
fn vendor(archive: &str) -> &str {
    if archive == SECURITY { DEBIAN } else { archive }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for segment in self.namespace.split('/').filter(|segment| !segment.is_empty()) {
            write!(f, "{}/", encoded(segment))?;
        }
        f.write_str(&encoded(&self.name))?;
        self.version.iter().try_for_each(|version| write!(f, "@{}", encoded(version)))?;
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}={}", if index == 0 { '?' } else { '&' }, encoded(value))?;
        }
        Ok(())
    }
}

impl FromStr for Purl {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        parse(text).ok_or_else(|| {
            Fault::input(format!("`{}` is no package URL", text.escape_debug()))
                .hint("give a bill of materials that imgbuild wrote")
        })
    }
}

fn parse(text: &str) -> Option<Purl> {
    let rest = text.strip_prefix("pkg:")?.split('#').next()?;
    let (path, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
    let (path, version) = match path.rsplit_once('@') {
        Some((path, version)) => (path, Some(decoded(version))),
        None => (path, None),
    };
    let (kind, path) = path.trim_start_matches('/').split_once('/')?;
    let (namespace, name) = path.rsplit_once('/').unwrap_or(("", path));
    let pair = |pair: &str| pair.split_once('=').map(|(key, value)| (key.to_owned(), decoded(value)));
    (!kind.is_empty() && !name.is_empty()).then(|| Purl {
        kind: kind.to_lowercase(),
        namespace: decoded(namespace),
        name: decoded(name),
        version,
        qualifiers: qualifiers.split('&').filter_map(pair).collect(),
    })
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    let byte = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

fn decoded(text: &str) -> String {
    crate::apt::resolve::percent_decode(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn debs_have_their_vendor_architecture_and_release() {
        let deb = Deb {
            package: "libstdc++6".into(),
            version: "1:12.2.0-14+deb12u1".into(),
            architecture: "amd64".into(),
            archive: "debian-security".into(),
            path: "pool/x.deb".into(),
            size: 1,
            sha256: Sha256::of(""),
        };
        let expected = "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1?arch=amd64&distro=bookworm";
        assert_eq!(Purl::of_deb(&deb, "bookworm").to_string(), expected);
    }

    #[test]
    fn releases_are_known_by_their_address() {
        let of = |url: &str| Purl::of_release(url).map(|purl| purl.to_string());
        let runc = "https://github.com/opencontainers/runc/releases/download/v1.4.0/runc.amd64";
        assert_eq!(of(runc).as_deref(), Some("pkg:github/opencontainers/runc@v1.4.0"));
        let kubelet = "https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet";
        assert_eq!(of(kubelet).as_deref(), Some("pkg:golang/k8s.io/kubernetes@v1.36.4"));
        assert_eq!(of("https://example.org/a"), None);
    }

    #[test]
    fn images_have_their_digest_and_repository() {
        let purl = Purl::of_image("registry.k8s.io/coredns/coredns:v1.13.1", &Sha256::of("")).unwrap();
        let text = purl.to_string();
        assert!(text.starts_with("pkg:oci/coredns@sha256:e3b0"), "{text}");
        assert!(text.ends_with("?repository_url=registry.k8s.io%2Fcoredns%2Fcoredns&tag=v1.13.1"), "{text}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            namespace in "[a-z.]{0,8}",
            name in "[ -~é]{1,12}",
            version in "[ -~é]{1,12}",
            value in "[ -~é]{0,12}",
        ) {
            let purl = Purl::new("deb", &namespace, &name).version(&version).qualifier("distro", value);
            prop_assert_eq!(purl.to_string().parse::<Purl>().unwrap(), purl);
        }

        #[test]
        fn nothing_makes_it_panic(text in "(pkg:)?[ -~é]{0,40}") {
            let _ = text.parse::<Purl>();
        }
    }
}
