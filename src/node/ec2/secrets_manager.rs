//! `GetSecretValue` of AWS Secrets Manager.

use super::credentials::Credentials;
use super::curl::Request;
use super::metadata::Metadata;
use super::signature::Signing;
use crate::node::failure::Failure;
use crate::node::host::{Host, Told};
use crate::node::reason::redact;
use crate::oci::rfc3339;
use serde::Deserialize;
use serde_json::json;

const SERVICE: &str = "secretsmanager";
const TARGET: &str = "secretsmanager.GetSecretValue";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    secret_string: String,
}

/// What the service says when it refuses; one spells the message this way, others that way.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(default, alias = "Message")]
    message: String,
}

/// The text of the secret called `name`, by the credentials of the instance's role.
pub fn get(host: &impl Host, metadata: &Metadata<impl Host>, name: &str) -> Result<String, Failure> {
    let region = metadata.get("placement/region")?;
    let endpoint = format!("{SERVICE}.{region}.{}", metadata.get("services/domain")?);
    let credentials = Credentials::of_role(metadata)?;
    let body = json!({ "SecretId": name }).to_string();
    let date = compact(&rfc3339::utc(host.now().wall));
    let headers = [
        ("content-type", CONTENT_TYPE),
        ("host", endpoint.as_str()),
        ("x-amz-date", date.as_str()),
        ("x-amz-security-token", credentials.token.as_str()),
        ("x-amz-target", TARGET),
    ];
    let headers = headers.map(|(name, value)| (name, value.to_owned())).into();
    let signing = Signing { service: SERVICE, region: &region, headers, body: &body };
    let authorization = signing.authorization(&date, &credentials);
    let request =
        Request::new("POST", &format!("https://{endpoint}/")).header("authorization", &authorization);
    let request = signing.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    text(&request.body(&body).send(host)?, name)
}

/// `20261123T091500Z` of `2026-11-23T09:15:00Z`.
fn compact(time: &str) -> String {
    time.chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

fn text(told: &Told, name: &str) -> Result<String, Failure> {
    if !told.succeeded() {
        return Err(Failure::Again(format!("the secret `{name}`: {}", refusal(told))));
    }
    let answer: Result<Answer, _> = serde_json::from_slice(&told.stdout);
    // the parser's own words would show what it cannot read
    answer
        .map(|answer| answer.secret_string)
        .map_err(|_| Failure::Again(format!("the secret `{name}` is no text")))
}

/// The service's own reason, or curl's.
fn refusal(told: &Told) -> String {
    let refusal: Refusal = serde_json::from_slice(&told.stdout).unwrap_or_default();
    if refusal.kind.is_empty() {
        told.reason()
    } else {
        redact(&format!("{}: {}", refusal.kind, refusal.message))
    }
}
