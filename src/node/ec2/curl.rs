//! HTTP by curl, whose options come from its stdin: arguments could be read by everyone on the host.

use crate::node::curl;
use crate::node::failure::Failure;
use crate::node::host::{Host, Input, Told};
use std::fmt::Write as _;

/// Longest wait for an answer, in seconds.
const PATIENCE: &str = "20";

/// A request on its way.
pub struct Request {
    options: String,
}

impl Request {
    /// `method` on `url`.
    pub fn new(method: &str, url: &str) -> Self {
        Self { options: String::new() }.option("request", method).option("url", url)
    }

    /// With a header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.option("header", &format!("{name}: {value}"))
    }

    /// With a body, sent as it is.
    pub fn body(self, body: &str) -> Self {
        self.option("data-raw", body)
    }

    fn option(mut self, name: &str, value: &str) -> Self {
        let _ = writeln!(self.options, "{name} = \"{}\"", escaped(value));
        self
    }

    /// Sends it; curl's exit code is 22 if the answer is a refusal, whose body is kept.
    pub fn send(self, host: &impl Host) -> Result<Told, Failure> {
        let command = curl::request(PATIENCE).args(["--fail-with-body", "--config", "-"]);
        Ok(host.run(&command.input(Input::Bytes(self.options.into_bytes())))?)
    }
}

/// As curl reads it between quotes (curl(1), `--config`); other control characters have no place in a request.
fn escaped(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_become_an_option() {
        let request = Request::new("POST", "https://example.org/").body("{\"a\":\"\\\nurl = \\\"x\\\"\"}\r");
        assert_eq!(request.options.lines().count(), 3, "{}", request.options);
        assert!(
            request.options.ends_with("data-raw = \"{\\\"a\\\":\\\"\\\\\\nurl = \\\\\\\"x\\\\\\\"\\\"}\"\n")
        );
    }
}
