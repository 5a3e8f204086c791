//! What a registry asks of those who pull, and what it is given: a token, for which a login may be needed, or name
//! and password themselves (RFC 7617).

use super::bearer::{self, Challenge};
use super::{Ask, HttpClient, Response, shown};
use crate::error::Fault;
use crate::store::credentials::Login;
use crate::store::locator;
use reqwest::blocking::RequestBuilder;
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use reqwest::{StatusCode, Url};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};

/// Who speaks, for one request.
#[derive(Clone)]
pub(super) enum Authorization {
    /// Whoever has this token.
    Token(String),
    /// Name and password.
    Password(String, String),
}

impl Authorization {
    /// `request` with this in its head.
    pub fn add_to(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Token(token) => request.bearer_auth(token),
            Self::Password(user, password) => request.basic_auth(user, Some(password)),
        }
    }
}

/// Hosts that want name and password each time, as this process has learnt.
#[derive(Default)]
pub(super) struct Basic(Mutex<BTreeSet<String>>);

impl Basic {
    fn is_known(&self, host: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }

    fn remember(&self, host: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(host);
    }
}

impl HttpClient {
    /// What is known to be wanted for `url` before it is asked for.
    pub(super) fn usual(&self, url: &str) -> Result<Option<Authorization>, Fault> {
        match host(url).filter(|host| self.basic.is_known(host)) {
            Some(_) => self.password(url),
            None => Ok(None),
        }
    }

    /// The answer to `ask` once more, with what `refused` wants to see; `refused` itself if there is nothing to
    /// show, or it is what was `shown`.
    pub(super) fn authorized(
        &self,
        ask: Ask,
        shown: Option<&Authorization>,
        refused: Response,
    ) -> Result<Response, Fault> {
        // what another host wants after a redirect is not this registry's business
        if refused.status != StatusCode::UNAUTHORIZED || refused.host != host(ask.url) {
            return Ok(refused);
        }
        if let Some(challenge) = Challenge::of(&refused.headers) {
            return self.send_with_token(ask, challenge);
        }
        let (true, Some(host)) = (wants_password(&refused.headers), host(ask.url)) else {
            return Ok(refused);
        };
        match self.password(ask.url)? {
            Some(password) if shown.is_none() => {
                self.basic.remember(host);
                self.send(ask, Some(&password))
            }
            _ => Ok(refused),
        }
    }

    fn password(&self, url: &str) -> Result<Option<Authorization>, Fault> {
        Ok(match self.login(url)? {
            Some(Login::Password(user, password)) => Some(Authorization::Password(user, password)),
            Some(Login::Identity(_)) | None => None,
        })
    }

    fn login(&self, url: &str) -> Result<Option<Login>, Fault> {
        self.credentials.of(url).map_err(|error| match error.downcast::<Fault>() {
            Ok(fault) => fault,
            Err(error) => Fault::input(format!("reading credentials: {error:#}"))
                .hint("correct docker's `config.json`, or log in anew with `skopeo login`"),
        })
    }

    /// Tokens expire, so one that was good before is only tried first.
    fn send_with_token(&self, ask: Ask, challenge: Challenge) -> Result<Response, Fault> {
        if let Some(token) = self.tokens.known(&challenge) {
            let response = self.send(ask, Some(&Authorization::Token(token)))?;
            if response.status != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
        }
        let token = self.token(ask, &challenge)?;
        self.tokens.remember(challenge, token.clone());
        self.send(ask, Some(&Authorization::Token(token)))
    }

    fn token(&self, ask: Ask, challenge: &Challenge) -> Result<String, Fault> {
        let url = challenge.token_url(ask.url)?;
        let (realm, form, authorization) = match self.login(ask.url)? {
            Some(Login::Identity(token)) => {
                let (realm, form) = challenge.refresh(ask.url, &token)?;
                (realm, Some(form), None)
            }
            Some(Login::Password(user, password)) => {
                (url, None, Some(Authorization::Password(user, password)))
            }
            None => (url, None, None),
        };
        let ask = Ask { url: &realm, headers: &[], range_from: 0, form: form.as_deref() };
        let response = self.send(ask, authorization.as_ref())?.success()?;
        let mut answer = Vec::new();
        let read = response.take(bearer::ANSWER_LIMIT).read_to_end(&mut answer);
        read.ok().and_then(|_| bearer::token_in(&answer)).ok_or_else(|| {
            Fault::unavailable(format!("`{}` gave no token", shown(&realm)))
                .hint("try again later, or use another registry or mirror")
        })
    }
}

/// Host and port that `url` names.
pub(super) fn host(url: &str) -> Option<String> {
    locator::host(&Url::parse(url).ok()?)
}

fn wants_password(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|value| value.to_str().ok());
    values.any(|value| value.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")))
}
