//! Where Debian's archives are: what the user says, else what the machine's own apt uses.
//!
//! No host name is written down anywhere in imgbuild; definitions name suites and components only.

use crate::Result;
use crate::context::Context;
use crate::error::Fault;
use crate::process::Tool;

/// The archive of the distribution itself.
pub const DEBIAN: &str = "debian";
/// The archive of its security team.
pub const SECURITY: &str = "debian-security";

/// Base URLs of Debian's two archives, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    debian: String,
    security: Option<String>,
}

impl Mirror {
    /// `--mirror` if given, else the machine's apt configuration.
    pub fn find(context: &Context) -> Result<Self> {
        match &context.mirror {
            Some(url) => Self::from_url(url),
            None => Self::of_this_machine(),
        }
    }

    /// From the URL of the main archive; the security archive is expected beside it.
    fn from_url(url: &str) -> Result<Self> {
        let debian = url.trim_end_matches('/').to_owned();
        if !is_fetchable(&debian) {
            return Err(Fault::usage(format!("`{debian}` is no mirror URL"))
                .hint("write `--mirror http://HOST/debian`")
                .into());
        }
        let security = debian.strip_suffix(DEBIAN).map(|parent| format!("{parent}{SECURITY}"));
        Ok(Self { debian, security })
    }

    fn of_this_machine() -> Result<Self> {
        let urls = Tool::new("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]).text()?;
        Self::from_urls(urls.lines())
    }

    fn from_urls<'a>(urls: impl Iterator<Item = &'a str>) -> Result<Self> {
        let urls: Vec<&str> =
            urls.map(|url| url.trim_end_matches('/')).filter(|url| is_fetchable(url)).collect();
        let named =
            |name| urls.iter().find(|url| url.rsplit('/').next() == Some(name)).map(ToString::to_string);
        let debian = named(DEBIAN).ok_or_else(|| {
            Fault::unavailable("this machine's apt configuration names no Debian mirror")
                .hint("give one: `--mirror http://HOST/debian` or IMGBUILD_MIRROR")
        })?;
        Ok(Self { debian, security: named(SECURITY) })
    }

    /// The base URL of the archive called `name` ([`DEBIAN`] or [`SECURITY`]).
    pub fn base(&self, name: &str) -> Result<&str> {
        let url = if name == SECURITY { self.security.as_deref() } else { Some(self.debian.as_str()) };
        url.ok_or_else(|| {
            Fault::unavailable("no mirror of the security archive is known")
                .hint("name one in the machine's apt sources, or give a `--mirror` whose path ends in `/debian`")
                .into()
        })
    }
}

/// Which of Debian's archives has `suite`.
pub fn archive_of(suite: &str) -> &'static str {
    if suite.ends_with("-security") { SECURITY } else { DEBIAN }
}

fn is_fetchable(url: &str) -> bool {
    ["http://", "https://", "file:/"].iter().any(|scheme| url.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_own_sources_name_the_mirror() {
        let urls = [
            "https://other.example.org/apt/",
            "http://a.example.org/debian/",
            "http://a.example.org/debian-security/",
        ];
        let mirror = Mirror::from_urls(urls.into_iter()).unwrap();
        assert_eq!(mirror.base(DEBIAN).unwrap(), "http://a.example.org/debian");
        assert_eq!(mirror.base(SECURITY).unwrap(), "http://a.example.org/debian-security");
    }

    #[test]
    fn a_given_mirror_has_its_security_archive_beside_it() {
        let mirror = Mirror::from_url("http://a.example.org/x/debian/").unwrap();
        assert_eq!(mirror.base(SECURITY).unwrap(), "http://a.example.org/x/debian-security");
        let bare = Mirror::from_url("http://a.example.org/").unwrap();
        assert!(bare.base(SECURITY).is_err());
    }

    #[test]
    fn says_what_to_do_without_a_mirror() {
        let error = Mirror::from_urls(["cdrom://x/"].into_iter()).unwrap_err();
        assert!(crate::error::hint(&error).unwrap().contains("--mirror"));
        assert!(Mirror::from_url("ftp://x").is_err());
    }
}
