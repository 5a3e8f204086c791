//! Which redirects are followed.

use super::shown;
use crate::error::Fault;
use reqwest::redirect::Policy;

/// Redirects in a row, as browsers and curl roughly have it.
const MOST: usize = 10;

/// At most [`MOST`], and none that gives up encryption.
pub(super) fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let encrypted = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if encrypted && attempt.url().scheme() != "https" {
            let to = shown(attempt.url().as_str());
            attempt.error(Fault::unavailable(format!(
                "it redirects from https to `{to}`, which is not encrypted"
            )))
        } else if attempt.previous().len() > MOST {
            attempt.error(Fault::unavailable(format!("it redirects more than {MOST} times")))
        } else {
            attempt.follow()
        }
    })
}
