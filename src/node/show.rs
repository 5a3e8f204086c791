//! The status for people.

use super::configuration::NodeConfiguration;
use super::manual;
use super::status::{State, Status};
use std::fmt::Write as _;

/// A few lines: where the host stands, for how long, what went wrong, what is done.
pub fn text(status: &Status, configuration: Option<&NodeConfiguration>, uptime_ms: u64) -> String {
    let mut text = format!("{}: {}\n", status.host, headline(status, uptime_ms));
    if !status.last_error.is_empty() {
        let _ = writeln!(text, "last error: {}", status.last_error);
    }
    for note in &status.notes {
        let _ = writeln!(text, "note: {note}");
    }
    if status.state == State::Manual {
        text.push_str("everything is in place; go on with\n");
        for command in configuration.map(manual::commands).unwrap_or_default() {
            let _ = writeln!(text, "  {command}");
        }
    }
    text.push_str("done so far:\n");
    for done in &status.history {
        let seconds = done.finished.uptime_ms.saturating_sub(done.started.uptime_ms) / 1000;
        let _ = writeln!(text, "  {:>6} s  {}: {}", seconds, done.phase, done.step);
    }
    text
}

fn headline(status: &Status, uptime_ms: u64) -> String {
    let seconds = uptime_ms.saturating_sub(status.since.uptime_ms) / 1000;
    let step = format!("{}: {}", status.phase, status.step);
    let tries = status.attempts;
    match status.state {
        State::Running => format!("{step}, for {seconds} s (try {tries})"),
        State::Waiting => format!("{step}, for {seconds} s ({tries} tries so far)"),
        State::Failed => format!("{step}, failed for good"),
        State::Done => "in its cluster".to_owned(),
        State::Manual => "waits for a person".to_owned(),
    }
}
