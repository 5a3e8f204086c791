//! All that was found, as a table and as JSON.

use super::{Finding, Severity};
use serde::Serialize;
use std::fmt::Write as _;

/// Findings, the worst first.
#[derive(Debug, Serialize)]
pub struct Findings {
    findings: Vec<Finding>,
}

impl Findings {
    /// Sorts `findings` by severity; those of the same keep their order.
    pub fn of(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.severity);
        Self { findings }
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// How many are of `severity`.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Two lines for each, and one that counts them.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for Finding { severity, text: what, hint } in &self.findings {
            let _ = writeln!(text, "{:<8} {what}\n         hint: {hint}", severity.name());
        }
        let counted =
            [Severity::Error, Severity::Warning, Severity::Note].map(|severity| self.counted(severity));
        text + &counted.join(", ") + "\n"
    }

    fn counted(&self, severity: Severity) -> String {
        let (count, name) = (self.count(severity), severity.name());
        format!("{count} {name}{}", if count == 1 { "" } else { "s" })
    }
}
