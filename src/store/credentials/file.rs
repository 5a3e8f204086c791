//! One file of credentials: `auths`, `credHelpers`, `credsStore` (docker/cli, `cli/config/configfile`).

use super::{Login, helper, known_as};
use crate::Result;
use crate::error::Fault;
use base64ct::{Base64, Encoding as _};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What docker's own registry is called in its files.
const HUB_KEY: &str = "https://index.docker.io/v1/";

/// As far as imgbuild reads it; the rest belongs to docker.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct File {
    auths: BTreeMap<String, Entry>,
    cred_helpers: BTreeMap<String, String>,
    creds_store: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Entry {
    /// `user:password` in base64.
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

impl File {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It is no JSON of that kind; the message shows nothing of what is in it.
    pub fn read(path: &Path) -> Result<Self> {
        serde_json::from_slice(&fs_err::read(path)?).map_err(|error| {
            let place = format!("{}:{}:{}", path.display(), error.line(), error.column());
            Fault::input(format!("`{place}`: this is no file of registry credentials"))
                .hint("correct it, or log in anew with `skopeo login` or `docker login`")
                .into()
        })
    }

    /// The login for `place`, a host with a path: that of the longest key that leads there.
    pub fn login(&self, place: &str) -> Result<Option<Login>> {
        let host = place.split('/').next().unwrap_or(place);
        let helper = self.cred_helpers.iter().find(|(key, _)| normal(key) == host);
        if let Some((key, name)) = helper {
            return helper::ask(name, key);
        }
        let mut keys: Vec<&String> = self.auths.keys().filter(|key| leads(&normal(key), place)).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(normal(key).len()));
        if let Some(login) = keys.into_iter().find_map(|key| self.auths[key].login()) {
            return Ok(Some(login));
        }
        match &self.creds_store {
            Some(name) => helper::ask(name, if host == "docker.io" { HUB_KEY } else { host }),
            None => Ok(None),
        }
    }
}

impl Entry {
    fn login(&self) -> Option<Login> {
        if let Some(token) = self.identitytoken.as_ref().filter(|token| !token.is_empty()) {
            return Some(Login::Identity(token.clone()));
        }
        if let (Some(user), Some(password)) = (&self.username, &self.password) {
            return Some(Login::Password(user.clone(), password.clone()));
        }
        let auth = Base64::decode_vec(self.auth.as_deref()?.trim()).ok()?;
        let text = String::from_utf8(auth).ok()?;
        let (user, password) = text.trim_end_matches('\0').split_once(':')?;
        Some(Login::Password(user.to_owned(), password.to_owned()))
    }
}

/// `https://index.docker.io/v1/` and `docker.io` are one place.
fn normal(key: &str) -> String {
    let key = key.split_once("://").map_or(key, |(_, rest)| rest).trim_end_matches('/');
    let key = ["/v1", "/v2"].iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
    match key.split_once('/') {
        Some((host, path)) => format!("{}/{path}", known_as(host)),
        None => known_as(key).to_owned(),
    }
}

fn leads(key: &str, place: &str) -> bool {
    place.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
