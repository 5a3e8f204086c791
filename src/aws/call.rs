//! The one layer that tries again: the SDK's own is switched off, so that no failure is hidden or multiplied.

use super::pace::{TRIES, pause};
use super::trouble::Trouble;
use crate::environment;
use crate::report::Report;
use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

/// How often a region that was never heard of is asked at most: that a name has no address does not pass.
const FIRST_TRIES: u32 = 3;

/// Makes the call `attempt` again for as long as `again` says so of a failure and its number, [`TRIES`] times at most.
pub async fn persist<T, E, F>(
    report: &Report,
    action: &str,
    place: &str,
    again: impl Fn(&Trouble, u32) -> bool,
    attempt: impl Fn() -> F,
) -> Result<T, Trouble>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    for tries in 1..TRIES {
        let trouble = match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(error) => Trouble::of(&error),
        };
        if !again(&trouble, tries) {
            return Err(trouble);
        }
        if tries == 3 {
            report.step(format!(
                "`{action}` on {place} has failed {tries} times, trying again: {}",
                trouble.message
            ));
        }
        rest(tries).await;
    }
    attempt().await.map_err(|error| Trouble::of(&error))
}

/// Tries again whatever may pass by itself.
pub fn passing(trouble: &Trouble, _tries: u32) -> bool {
    trouble.passing
}

/// Waits after the failed try number `tries`.
pub async fn rest(tries: u32) {
    // only jitter hangs on it
    tokio::time::sleep(pause(tries, environment::random().unwrap_or_default())).await;
}

/// Like [`persist`], with the user's words for a failure.
pub async fn call<T, E, F>(
    report: &Report,
    action: &str,
    place: &str,
    attempt: impl Fn() -> F,
) -> crate::Result<T>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    Ok(persist(report, action, place, passing, attempt)
        .await
        .map_err(|trouble| trouble.fault(action, place))?)
}

/// Like [`call`], for what removes something: that it is gone already is fine.
pub async fn unless_gone<T, E, F>(
    report: &Report,
    action: &str,
    place: &str,
    attempt: impl Fn() -> F,
) -> crate::Result<()>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    match persist(report, action, place, passing, attempt).await {
        Err(trouble) if !trouble.is_absent() => Err(trouble.fault(action, place).into()),
        _ => Ok(()),
    }
}

/// Like [`call`], for what is asked first in `region`: whoever mistyped it should not wait for minutes to learn that.
pub async fn first_call<T, E, F>(
    report: &Report,
    region: &str,
    action: &str,
    place: &str,
    attempt: impl Fn() -> F,
) -> crate::Result<T>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
{
    let again = |trouble: &Trouble, tries: u32| {
        passing(trouble, tries) && !(trouble.unreached && tries >= FIRST_TRIES)
    };
    let fault = |trouble: Trouble| {
        if trouble.unreached { trouble.nobody_in(region) } else { trouble.fault(action, place) }
    };
    Ok(persist(report, action, place, again, attempt).await.map_err(fault)?)
}
