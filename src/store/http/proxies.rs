//! Proxies, as `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` name them.

use crate::environment;
use crate::error::Fault;
use reqwest::{NoProxy, Proxy};
use std::fmt;

/// Never through a proxy, as in Go and Docker: the proxy's own loopback is another machine's.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Which proxy to use for which URLs; the default is none.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `http` URLs.
    pub http: Option<String>,
    /// For `https` URLs, by CONNECT.
    pub https: Option<String>,
    /// Comma-separated hosts, domains and networks that are reached directly.
    pub except: Option<String>,
}

impl Proxies {
    /// What the environment says; lower-case variables win.
    pub fn from_environment() -> Self {
        let all = either("all_proxy");
        Self {
            http: either("http_proxy").or_else(|| all.clone()),
            https: either("https_proxy").or(all),
            except: either("no_proxy"),
        }
    }

    pub(super) fn parse(&self) -> Result<Vec<Proxy>, Fault> {
        let except = format!("{LOOPBACK},{}", self.except.as_deref().unwrap_or_default());
        let except = NoProxy::from_string(except.trim_end_matches(','));
        let http = self.http.as_deref().map(Proxy::http);
        let https = self.https.as_deref().map(Proxy::https);
        let proxies: reqwest::Result<Vec<_>> = http.into_iter().chain(https).collect();
        let proxies = proxies.map_err(|_| {
            Fault::usage("a proxy in the environment is no URL")
                .hint("set `http_proxy` and `https_proxy` to `http://HOST:PORT`")
        })?;
        Ok(proxies.into_iter().map(|proxy| proxy.no_proxy(except.clone())).collect())
    }
}

impl fmt::Debug for Proxies {
    /// Proxy URLs may hold passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |url: &Option<String>| url.as_deref().map(super::shown);
        f.debug_struct("Proxies")
            .field("http", &shown(&self.http))
            .field("https", &shown(&self.https))
            .field("except", &self.except)
            .finish()
    }
}

fn either(name: &str) -> Option<String> {
    environment::variable(name).or_else(|| environment::variable(&name.to_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        let url = || Some("http://me:secret@proxy.example.org:3128".to_owned());
        let text = format!("{:?}", Proxies { http: url(), https: url(), except: None });
        assert!(!text.contains("secret") && text.contains("proxy.example.org"), "{text}");
    }

    #[test]
    fn what_is_no_url_is_refused_without_showing_it() {
        let proxies = Proxies { http: Some("http://me:secret@:0:0/".into()), ..Proxies::default() };
        let fault = proxies.parse().unwrap_err();
        assert!(!format!("{fault:?}").contains("secret"), "{fault:?}");
    }
}
