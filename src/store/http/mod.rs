//! The only HTTP client: `--offline`, proxies, CAs, waits, redirects and retries are decided here.

mod bearer;
mod cause;
mod pace;
mod policy;
mod proxies;
mod response;
mod settings;
mod tls;

pub use proxies::Proxies;
pub use response::Response;
pub use settings::Settings;
pub use tls::{authorities, install_provider};

use self::bearer::{Challenge, Tokens};
use super::backoff::Backoff;
use super::locator::shown;
use crate::Result;
use crate::context::Context;
use crate::error::Fault;
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, RANGE};
use reqwest::{Certificate, Proxy, StatusCode};
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};

/// Sends GET requests; connections are kept and shared between threads.
pub struct HttpClient {
    settings: Settings,
    offline: bool,
    authorities: Vec<Certificate>,
    proxies: Vec<Proxy>,
    /// Made at the first request: it starts a thread and reads the system's CAs, which a warm run needs not.
    client: Mutex<Option<Client>>,
    tokens: Tokens,
}

/// One GET, however often it is sent.
#[derive(Clone, Copy)]
struct Ask<'a> {
    url: &'a str,
    headers: &'a [(&'a str, &'a str)],
    range_from: u64,
}

impl HttpClient {
    /// Reads the CA file of `context` and parses the proxies; connects to nothing yet.
    ///
    /// # Errors
    /// The CA file has no certificate in it, or a proxy is no URL.
    pub fn new(context: &Context, settings: Settings) -> Result<Self> {
        Ok(Self {
            authorities: context.ca_file.as_deref().map(tls::authorities).transpose()?.unwrap_or_default(),
            proxies: settings.proxies.parse()?,
            offline: context.offline,
            client: Mutex::default(),
            tokens: Tokens::default(),
            settings,
        })
    }

    /// GETs `url` (`http` or `https`, user and password in it are sent as basic authentication) with further
    /// `headers`; `range_from` above 0 asks for the bytes from there on.
    ///
    /// The answer may have any status: 5xx, 429 and broken connections are tried again a few times, then
    /// what the last try gave is returned. Up to 10 redirects are followed, but none from `https` to `http`.
    /// A registry that wants a token even of strangers gets one; no token is sent to another host.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unavailable`] if there was no answer or the run is offline. No message holds
    /// credentials.
    pub fn get(&self, url: &str, headers: &[(&str, &str)], range_from: u64) -> Result<Response, Fault> {
        if self.offline {
            return Err(Fault::unavailable(format!("`--offline` forbids fetching `{}`", shown(url)))
                .hint("run `imgbuild fetch` without `--offline` first"));
        }
        let ask = Ask { url, headers, range_from };
        let response = self.send(ask, None)?;
        match Challenge::of(&response.headers) {
            Some(challenge) if response.status == StatusCode::UNAUTHORIZED => {
                self.send_with_token(ask, challenge)
            }
            _ => Ok(response),
        }
    }

    /// Tokens expire, so one that was good before is only tried first.
    fn send_with_token(&self, ask: Ask, challenge: Challenge) -> Result<Response, Fault> {
        if let Some(token) = self.tokens.known(&challenge) {
            let response = self.send(ask, Some(&token))?;
            if response.status != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
        }
        let url = challenge.token_url(ask.url)?;
        let response = self.send(Ask { url: &url, headers: &[], range_from: 0 }, None)?.success()?;
        let mut answer = Vec::new();
        let read = response.take(bearer::ANSWER_LIMIT).read_to_end(&mut answer);
        let token = read.ok().and_then(|_| bearer::token_in(&answer)).ok_or_else(|| {
            Fault::unavailable(format!("`{}` gave no token", shown(&url)))
                .hint("try again later, or use another registry or mirror")
        })?;
        self.tokens.remember(challenge, token.clone());
        self.send(ask, Some(&token))
    }

    /// Sends until there is an answer that another try would not better.
    fn send(&self, ask: Ask, token: Option<&str>) -> Result<Response, Fault> {
        let client = self.client()?;
        let mut backoff = self.backoff();
        loop {
            match request(&client, ask, token).send() {
                Ok(answer) => {
                    let response = Response::new(ask.url, answer, &self.settings);
                    if !response.is_transient() || !backoff.pause(response.retry_after()) {
                        return Ok(response);
                    }
                }
                Err(error) => {
                    if !cause::is_transient(&error) || !backoff.pause(None) {
                        return Err(cause::fault(ask.url, &error));
                    }
                }
            }
        }
    }

    /// A fresh count of tries, as the settings have it.
    pub(super) fn backoff(&self) -> Backoff {
        Backoff::new(self.settings.attempts, self.settings.backoff)
    }

    fn client(&self) -> Result<Client, Fault> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*slot {
            return Ok(client.clone());
        }
        let client = self.build()?;
        Ok(slot.insert(client).clone())
    }

    fn build(&self) -> Result<Client, Fault> {
        tls::install_provider();
        let trusting = self.builder().tls_certs_merge(self.authorities.iter().cloned());
        // A machine without any CA must still reach a plain HTTP mirror.
        let built = trusting.build().or_else(|_| self.builder().tls_certs_only([]).build());
        built.map_err(|error| Fault::unavailable(format!("cannot set up HTTP: {}", cause::text(&error))))
    }

    fn builder(&self) -> ClientBuilder {
        let mut builder = Client::builder()
            .user_agent(concat!("imgbuild/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]))
            .connect_timeout(self.settings.connect_timeout)
            .timeout(self.settings.read_timeout)
            .redirect(policy::redirects())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy();
        for proxy in &self.proxies {
            builder = builder.proxy(proxy.clone());
        }
        builder
    }
}

fn request(client: &Client, ask: Ask, token: Option<&str>) -> RequestBuilder {
    let mut request = client.get(ask.url);
    for (name, value) in ask.headers {
        request = request.header(*name, *value);
    }
    if ask.range_from > 0 {
        request = request.header(RANGE, format!("bytes={}-", ask.range_from));
    }
    match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    }
}
