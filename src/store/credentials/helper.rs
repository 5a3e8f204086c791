//! Programs that keep credentials: `docker-credential-NAME get` reads a server's name and prints JSON
//! (docker/docker-credential-helpers).

use super::Login;
use crate::Result;
use crate::environment::{self, PASSED_TO_CREDENTIAL_HELPERS};
use crate::error::Fault;
use crate::process::Tool;
use serde::Deserialize;
use std::io::{Seek as _, Write as _};

/// What helpers print if they have none, on stdout, and then fail.
const NONE: &str = "credentials not found";
/// The name that stands for an identity token in place of a password.
const IDENTITY: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// What the helper called `name` has for `server`.
pub(super) fn ask(name: &str, server: &str) -> Result<Option<Login>> {
    let program = format!("docker-credential-{name}");
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        let message = format!("`{}` is no name of a credential helper", name.escape_debug());
        return Err(Fault::input(message)
            .hint("correct `credHelpers` or `credsStore` in docker's `config.json`")
            .into());
    }
    let mut question = tempfile::tempfile()?;
    question.write_all(server.as_bytes())?;
    question.rewind()?;
    let mut tool = Tool::new(&program).arg("get");
    for variable in PASSED_TO_CREDENTIAL_HELPERS {
        if let Some(value) = environment::variable(variable) {
            tool = tool.env(variable, value);
        }
    }
    let told = tool.tell(question.into())?;
    if told.status.success() {
        return serde_json::from_slice(&told.stdout).map(|answer| Some(login(answer))).map_err(|_| {
            let message = format!("`{program}` did not answer as a credential helper does");
            Fault::child(message).hint("try it by hand: `echo SERVER | docker-credential-NAME get`").into()
        });
    }
    // its stdout may hold anything, so only what is known is looked for
    if String::from_utf8_lossy(&told.stdout).contains(NONE) {
        return Ok(None);
    }
    let message = format!("`{program}` failed for `{server}`: {}", told.status);
    Err(Fault::child(message).hint(format!("log in to `{server}` anew, or try the helper by hand")).into())
}

fn login(answer: Answer) -> Login {
    match answer.username.as_str() {
        IDENTITY => Login::Identity(answer.secret),
        _ => Login::Password(answer.username, answer.secret),
    }
}
