//! What an audit found, for people and for programs.

use super::component::Inventory;
use super::database::Database;
use super::finding::{Finding, Status};
use crate::digest::Sha256;
use crate::inspect::columns::{Align, Columns};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The result of an audit.
#[derive(Debug, Serialize)]
pub struct Audit {
    /// 1.
    pub schema: u32,
    /// The image.
    pub image: String,
    /// By what it was judged.
    pub databases: Vec<Source>,
    /// How many source packages and modules were looked up.
    pub judged: usize,
    /// Parts that no database has a name for.
    pub unjudged: BTreeSet<String>,
    /// What was found, by package.
    pub findings: BTreeSet<Finding>,
}

/// A database.
#[derive(Debug, Serialize)]
pub struct Source {
    /// `debian-security-tracker` or `osv`.
    pub kind: &'static str,
    /// Of its file.
    pub sha256: Option<Sha256>,
}

impl Audit {
    pub(super) fn new(
        image: String,
        databases: &[Database],
        inventory: &Inventory,
        findings: BTreeSet<Finding>,
    ) -> Self {
        let source = |database: &Database| Source { kind: database.kind(), sha256: database.sha256 };
        Self {
            schema: 1,
            image,
            databases: databases.iter().map(source).collect(),
            judged: inventory.components.len(),
            unjudged: inventory.unjudged.clone(),
            findings,
        }
    }

    /// A table for people.
    pub fn to_text(&self) -> String {
        let mut columns = Columns::new(&[Align::Left; 6]);
        columns.row(["VULNERABILITY", "PACKAGE", "VERSION", "FIXED IN", "URGENCY", "PARTS"]);
        for finding in &self.findings {
            columns.row(cells(finding));
        }
        let mut text = if self.findings.is_empty() { String::new() } else { columns.render("") };
        let _ =
            writeln!(text, "{} findings in {} packages of {}", self.findings.len(), self.judged, self.image);
        if !self.unjudged.is_empty() {
            let list: Vec<&str> = self.unjudged.iter().map(String::as_str).collect();
            let _ = writeln!(text, "not judged, for no database names them: {}", list.join(", "));
        }
        text
    }
}

fn cells(finding: &Finding) -> [String; 6] {
    let cve = finding.names().find(|name| name.starts_with("CVE-")).unwrap_or(&finding.id);
    let fixed = match (finding.status, &finding.fixed) {
        (Status::Undetermined, _) => "?".to_owned(),
        (Status::Affected, fixed) => fixed.clone().unwrap_or_else(|| "-".into()),
    };
    let parts: Vec<&str> = finding.parts.iter().map(String::as_str).collect();
    [
        cve.clone(),
        finding.package.clone(),
        finding.version.clone(),
        fixed,
        finding.urgency.clone().unwrap_or_default(),
        parts.join(" "),
    ]
}
