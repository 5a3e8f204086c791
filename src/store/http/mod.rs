//! The only HTTP client: `--offline`, proxies, CAs, waits, redirects and retries are decided here.

mod authorization;
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
pub use tls::install_provider;

use self::authorization::{Authorization, Basic};
use self::bearer::Tokens;
use super::backoff::Backoff;
use super::credentials::Credentials;
use super::locator::shown;
use crate::Result;
use crate::context::Context;
use crate::error::Fault;
use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RANGE};
use reqwest::{Certificate, Proxy};
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
    basic: Basic,
    credentials: Credentials,
}

/// One request, however often it is sent.
#[derive(Clone, Copy)]
struct Ask<'a> {
    url: &'a str,
    headers: &'a [(&'a str, &'a str)],
    range_from: u64,
    /// What is sent by POST; a GET has nothing.
    form: Option<&'a str>,
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
            basic: Basic::default(),
            credentials: Credentials::new(settings.credentials.clone()),
            settings,
        })
    }

    /// GETs `url` (`http` or `https`, user and password in it are sent as basic authentication) with further
    /// `headers`; `range_from` above 0 asks for the bytes from there on.
    ///
    /// The answer may have any status: 5xx, 429 and broken connections are tried again a few times, then
    /// what the last try gave is returned. Up to 10 redirects are followed, but none from `https` to `http`.
    /// A registry that wants a token or a password gets what the user's credentials have for it, and a token is
    /// asked for even as a stranger; nothing of that is sent to another host.
    ///
    /// # Errors
    /// [`crate::error::Kind::Unavailable`] if there was no answer or the run is offline. No message holds
    /// credentials.
    pub fn get(&self, url: &str, headers: &[(&str, &str)], range_from: u64) -> Result<Response, Fault> {
        if self.offline {
            return Err(Fault::unavailable(format!("`--offline` forbids fetching `{}`", shown(url)))
                .hint("run `imgbuild fetch` without `--offline` first"));
        }
        let ask = Ask { url, headers, range_from, form: None };
        let response = self.send(ask, self.usual(url)?.as_ref())?;
        self.authorized(ask, response)
    }

    /// Sends until there is an answer that another try would not better.
    fn send(&self, ask: Ask, authorization: Option<&Authorization>) -> Result<Response, Fault> {
        let client = self.client()?;
        let mut backoff = self.backoff();
        loop {
            match request(&client, ask, authorization).send() {
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

fn request(client: &Client, ask: Ask, authorization: Option<&Authorization>) -> RequestBuilder {
    let mut request = match ask.form {
        None => client.get(ask.url),
        Some(form) => {
            let kind = "application/x-www-form-urlencoded";
            client.post(ask.url).header(CONTENT_TYPE, kind).body(form.to_owned())
        }
    };
    for (name, value) in ask.headers {
        request = request.header(*name, *value);
    }
    if ask.range_from > 0 {
        request = request.header(RANGE, format!("bytes={}-", ask.range_from));
    }
    match authorization {
        Some(authorization) => authorization.add_to(request),
        None => request,
    }
}
