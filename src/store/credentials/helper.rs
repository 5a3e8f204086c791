//! Programs that keep credentials: `docker-credential-NAME get` reads a server's name and prints JSON
//! (docker/docker-credential-helpers).

use super::Login;
use crate::Result;
use crate::environment::{self, PASSED_TO_CREDENTIAL_HELPERS};
use crate::error::Fault;
use crate::process::{Tool, spooled};
use serde::Deserialize;

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
    let program = program(name)?;
    let told = tool(&program).tell(spooled(server.as_bytes())?)?;
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

/// What comes out of a file of the user's must not be able to name any program.
fn program(name: &str) -> Result<String, Fault> {
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        let message = format!("`{}` is no name of a credential helper", name.escape_debug());
        return Err(
            Fault::input(message).hint("correct `credHelpers` or `credsStore` in docker's `config.json`")
        );
    }
    Ok(format!("docker-credential-{name}"))
}

fn tool(program: &str) -> Tool {
    let passed = PASSED_TO_CREDENTIAL_HELPERS.into_iter();
    let set = passed.filter_map(|variable| Some((variable, environment::variable(variable)?)));
    set.fold(Tool::new(program).arg("get"), |tool, (variable, value)| tool.env(variable, value))
}

fn login(answer: Answer) -> Login {
    match answer.username.as_str() {
        IDENTITY => Login::Identity(answer.secret),
        _ => Login::Password(answer.username, answer.secret),
    }
}
