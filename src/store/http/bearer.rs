//! Registry tokens: what a registry asks of those who pull, also of strangers (distribution, `spec/auth/token`).
//!
//! A request is answered with 401 and `WWW-Authenticate: Bearer realm="URL",service="…",scope="…"`; a GET of
//! the realm gives a token for exactly that, and the request is sent again with it. Who
//! has logged in gives the realm name and password, or an identity token by POST (`spec/auth/oauth`).

use super::shown;
use crate::error::Fault;
use reqwest::Url;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The most that is read of an answer with a token.
pub(super) const ANSWER_LIMIT: u64 = 256 << 10;

/// What a registry wants to see a token for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Challenge {
    realm: String,
    service: Option<String>,
    scope: Option<String>,
}

impl Challenge {
    /// The first challenge for a bearer token, if there is one with a realm.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
        values.find_map(Self::parse)
    }

    fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut given = parameters(rest);
        let realm = given.remove("realm")?;
        Some(Self { realm, service: given.remove("service"), scope: given.remove("scope") })
    }

    /// Where the token for a request of `url` is to be had.
    ///
    /// # Errors
    /// The realm is no `http` or `https` URL, or gives up the encryption of `url`.
    pub fn token_url(&self, url: &str) -> Result<String, Fault> {
        let mut realm = self.realm(url)?;
        for (name, value) in self.asked() {
            realm.query_pairs_mut().append_pair(name, value);
        }
        Ok(realm.into())
    }

    /// Where, and with which form, `identity` becomes a token for a request of `url`.
    ///
    /// # Errors
    /// As of [`Challenge::token_url`].
    pub fn refresh(&self, url: &str, identity: &str) -> Result<(String, String), Fault> {
        let realm = self.realm(url)?;
        let mut form = realm.clone();
        form.set_query(None);
        form.query_pairs_mut()
            .extend_pairs([
                ("grant_type", "refresh_token"),
                ("client_id", "imgbuild"),
                ("refresh_token", identity),
            ])
            .extend_pairs(self.asked());
        Ok((realm.into(), form.query().unwrap_or_default().to_owned()))
    }

    fn asked(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let asked = [("service", &self.service), ("scope", &self.scope)];
        asked.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    fn realm(&self, url: &str) -> Result<Url, Fault> {
        let realm = Url::parse(&self.realm).map_err(|_| self.refuse(url, "is no URL"))?;
        match realm.scheme() {
            "https" => Ok(realm),
            "http" if !url.starts_with("https:") => Ok(realm),
            _ => Err(self.refuse(url, "is not encrypted")),
        }
    }

    fn refuse(&self, url: &str, why: &str) -> Fault {
        let (url, realm) = (shown(url), shown(&self.realm));
        Fault::unavailable(format!("`{url}` asks for a token from `{realm}`, which {why}"))
            .hint("check the registry, or use `--artifact-mirror`")
    }
}

/// `name="value",name=value`; what is no parameter is passed over.
fn parameters(mut text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    while let Some((name, rest)) = text.split_once('=') {
        let (value, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(',').unwrap_or((rest, "")),
        };
        found.insert(name.trim().to_ascii_lowercase(), value.to_owned());
        text = rest.trim_start_matches([',', ' ']);
    }
    found
}

/// The token in the answer of a realm.
pub(super) fn token_in(answer: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Answer {
        token: Option<String>,
        access_token: Option<String>,
    }
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    answer.token.or(answer.access_token).filter(|token| !token.is_empty())
}

/// The tokens of this process.
#[derive(Default)]
pub(super) struct Tokens(Mutex<BTreeMap<Challenge, String>>);

impl Tokens {
    /// The token that an earlier request of the same kind got.
    pub fn known(&self, challenge: &Challenge) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(challenge).cloned()
    }

    pub fn remember(&self, challenge: Challenge, token: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(challenge, token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HUB: &str = r#"Bearer realm="https://auth.example.org/token",service="r.example.org",scope="repository:a/b:pull,push""#;

    #[test]
    fn a_challenge_becomes_the_url_of_its_token() {
        let challenge = Challenge::parse(HUB).unwrap();
        let url = challenge.token_url("https://r.example.org/v2/a/b/manifests/x").unwrap();
        let expected =
            "https://auth.example.org/token?service=r.example.org&scope=repository%3Aa%2Fb%3Apull%2Cpush";
        assert_eq!(url, expected);
    }

    #[test]
    fn other_challenges_and_those_without_a_realm_are_passed_over() {
        for value in ["Basic realm=\"x\"", "Bearer", "Bearer service=\"x\"", ""] {
            assert_eq!(Challenge::parse(value), None, "{value}");
        }
        let plain = Challenge::parse("bearer scope=x, Realm=http://h/t").unwrap();
        assert_eq!((plain.realm.as_str(), plain.scope.as_deref()), ("http://h/t", Some("x")));
    }

    #[test]
    fn encryption_is_not_given_up_for_a_token() {
        for realm in ["http://a.example.org/t", "ftp://a.example.org/t", "nothing"] {
            let challenge = Challenge::parse(&format!("Bearer realm=\"{realm}\"")).unwrap();
            assert!(challenge.token_url("https://r.example.org/x").is_err(), "{realm}");
        }
    }

    #[test]
    fn both_names_of_a_token_are_read() {
        assert_eq!(token_in(br#"{"token":"a","expires_in":300}"#).unwrap(), "a");
        assert_eq!(token_in(br#"{"access_token":"b"}"#).unwrap(), "b");
        for nothing in [&b"{}"[..], br#"{"token":""}"#, b"[]", b"\xff"] {
            assert_eq!(token_in(nothing), None);
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read(value in "(Bearer )?[ -~]{0,60}") {
            if let Some(challenge) = Challenge::parse(&value) {
                let _ = challenge.token_url("https://r.example.org/");
            }
        }
    }
}
