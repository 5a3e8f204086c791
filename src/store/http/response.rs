//! An answer whose body is still to be read.

use super::authorization::host;
use super::pace::Paced;
use super::{Settings, cause, shown};
use crate::error::Fault;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, RETRY_AFTER};
use std::io::{self, Read};
use std::time::Duration;

/// Status, headers, and the body as a reader that fails when the server stalls.
pub struct Response {
    /// HTTP status, after redirects.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// Who gave it, after redirects.
    pub(super) host: Option<String>,
    url: String,
    body: Paced<reqwest::blocking::Response>,
}

impl Response {
    pub(super) fn new(url: &str, answer: reqwest::blocking::Response, settings: &Settings) -> Self {
        Self {
            status: answer.status(),
            headers: answer.headers().clone(),
            host: host(answer.url().as_str()),
            url: shown(url),
            body: Paced::new(answer, settings.read_timeout),
        }
    }

    /// A header, if it is there and plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Content-Length`: the bytes that the body will have.
    pub fn length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH.as_str())?.parse().ok()
    }

    /// The error for an answer that is not what was asked for.
    pub fn refusal(&self) -> Fault {
        let fault = Fault::unavailable(format!("`{}` answered {}", self.url, self.status));
        match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                fault.hint("log in with `skopeo login` or `docker login`, or check the proxy and what the server allows")
            }
            status if status.is_server_error() => fault.hint("try again later, or use another mirror"),
            _ => fault.hint("correct the URL, or use another mirror"),
        }
    }

    /// This response, if its status is 2xx.
    ///
    /// # Errors
    /// [`Response::refusal`].
    pub fn success(self) -> Result<Self, Fault> {
        if self.status.is_success() { Ok(self) } else { Err(self.refusal()) }
    }

    /// First byte and total length as `Content-Range: bytes FIRST-LAST/TOTAL` gives them (RFC 9110, 14.4).
    pub(in crate::store) fn content_range(&self) -> Option<(u64, Option<u64>)> {
        let range = self.header(CONTENT_RANGE.as_str())?.strip_prefix("bytes ")?;
        let (span, total) = range.split_once('/')?;
        let (first, _) = span.split_once('-')?;
        Some((first.trim().parse().ok()?, total.trim().parse().ok()))
    }

    /// Whether the server says that another try may go better.
    pub(super) fn is_transient(&self) -> bool {
        let asked = [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(&self.status);
        asked || self.status.is_server_error()
    }

    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.header(RETRY_AFTER.as_str())?.parse().ok().map(Duration::from_secs)
    }
}

impl Read for Response {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer).map_err(|error| io::Error::new(error.kind(), cause::text(&error)))
    }
}
