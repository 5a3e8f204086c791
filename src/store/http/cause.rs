//! Why a request failed, in a few words and without credentials: reqwest's own texts hold the whole URL.

use super::shown;
use crate::error::Fault;
use std::error::Error;

/// Whether another try might go better.
pub(super) fn is_transient(error: &reqwest::Error) -> bool {
    let permanent = error.is_redirect() || error.is_builder() || is_certificate(error);
    !permanent
}

/// The failure of a GET of `url`.
pub(super) fn fault(url: &str, error: &reqwest::Error) -> Fault {
    let fault = Fault::unavailable(format!("`{}` cannot be fetched: {}", shown(url), text(error)));
    match error {
        error if is_certificate(error) => {
            fault.hint("name the CA that signed the server with `--ca-file FILE`")
        }
        error if error.is_redirect() => fault.hint("correct the URL, or use another mirror"),
        _ => fault.hint("check network, proxy and mirror; or use `--artifact-mirror`"),
    }
}

/// The innermost cause; those around it say in many words that something failed.
pub(super) fn text(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.downcast_ref::<reqwest::Error>() {
        Some(error) if error.is_timeout() => "timed out".to_owned(),
        Some(error) if error.is_builder() => "the URL is not valid".to_owned(),
        Some(_) => "the connection failed".to_owned(),
        None => innermost.to_string(),
    }
}

fn is_certificate(error: &reqwest::Error) -> bool {
    text(error).contains("certificate")
}
