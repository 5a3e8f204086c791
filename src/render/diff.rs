//! What rendering again would change on each host; of a secret only that it changes.

use super::documents::{Documents, USER_DATA};
use super::lines::changed;
use super::machine::Machine;
use super::mask::visible;
use super::{Folder, Summary};
use crate::Result;
use crate::cloudinit::{WriteFile, unpacked};
use crate::error::Fault;
use crate::host::{File, Secrecy};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// What becomes of a host, document or file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was not there.
    New,
    /// It stays as it is.
    Unchanged,
    /// It is something else.
    Changed,
    /// It is no more.
    Removed,
}

/// What changes on one host.
#[derive(Debug, Serialize)]
pub struct HostDiff {
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub state: State,
    /// Documents and files that differ.
    pub changes: Vec<Change>,
}

/// A document or file that differs.
#[derive(Debug, Serialize)]
pub struct Change {
    /// Path of a file on the host, or name of a document.
    pub path: String,
    /// What becomes of it.
    pub state: State,
    /// A secret is among what changed, and is not shown.
    pub secret: bool,
    /// Lines that are gone or new.
    pub lines: Vec<String>,
}

/// `user-data` apart from the files in it.
type Rest = BTreeMap<String, serde_json::Value>;

/// Compares what is in `folder` with what was rendered.
pub fn diff(folder: &Folder, machine: Machine, documents: &Documents) -> Result<HostDiff> {
    let name = machine.name().to_owned();
    let Some(old) = folder.read(&machine.folder())? else {
        return Ok(HostDiff { name, state: State::New, changes: Vec::new() });
    };
    let mut changes = Vec::new();
    for (document, bytes) in &documents.documents {
        let before = old.get(document).map(Vec::as_slice).unwrap_or_default();
        if document == USER_DATA {
            changes.extend(user_data(folder, machine, before, bytes, &documents.files)?);
        } else {
            let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(bytes));
            changes.extend(public(document, &before, &after));
        }
    }
    let state = if changes.is_empty() { State::Unchanged } else { State::Changed };
    Ok(HostDiff { name, state, changes })
}

/// Machines of the last summary whose folders are not among `kept`.
pub fn removed<'a>(old: &'a Summary, kept: &'a [String]) -> impl Iterator<Item = HostDiff> + 'a {
    let gone = old.hosts.iter().filter(|host| !kept.contains(&host.folder));
    gone.map(|host| HostDiff { name: host.name.clone(), state: State::Removed, changes: Vec::new() })
}

/// Compares the file `name` beside the machines' folders; nothing of it is shown.
pub fn secret_file(folder: &Folder, name: &str, text: &str) -> Result<HostDiff> {
    let path = folder.path().join(name);
    let state = match path.exists().then(|| fs_err::read_to_string(path)).transpose()? {
        None => State::New,
        Some(old) if old == text => State::Unchanged,
        Some(_) => State::Changed,
    };
    Ok(HostDiff { name: name.to_owned(), state, changes: Vec::new() })
}

fn user_data(
    folder: &Folder,
    machine: Machine,
    before: &[u8],
    after: &[u8],
    files: &[File],
) -> Result<Vec<Change>> {
    let place = folder.path().join(machine.folder()).join(USER_DATA);
    let parse = |bytes: &[u8]| {
        parse(bytes).map_err(|_| {
            // the parser would show what it cannot read
            Fault::input(format!("`{}` is not what imgbuild writes", place.display()))
                .hint("remove the file and render again")
        })
    };
    let (old_rest, mut old_files) = parse(before)?;
    let (new_rest, _) = parse(after)?;
    let mut changes: Vec<Change> =
        public(USER_DATA, &serde_yaml::to_string(&old_rest)?, &serde_yaml::to_string(&new_rest)?)
            .into_iter()
            .collect();
    for file in files {
        changes.extend(file_change(old_files.remove(&file.path), file));
    }
    let gone = old_files.into_keys();
    let removed = |path| Change { path, state: State::Removed, secret: false, lines: Vec::new() };
    changes.extend(gone.map(removed));
    Ok(changes)
}

fn parse(bytes: &[u8]) -> Result<(Rest, BTreeMap<String, String>)> {
    let mut rest: Rest = serde_yaml::from_slice(&unpacked(bytes)?)?;
    let files = rest.remove("write_files").unwrap_or_else(|| serde_json::json!([]));
    let files: Vec<WriteFile> = serde_json::from_value(files)?;
    Ok((rest, files.into_iter().map(|file| (file.path, file.content)).collect()))
}

fn public(path: &str, before: &str, after: &str) -> Option<Change> {
    let lines = changed(before, after);
    let change = Change { path: path.to_owned(), state: State::Changed, secret: false, lines };
    (before != after).then_some(change)
}

fn file_change(before: Option<String>, file: &File) -> Option<Change> {
    let path = file.path.clone();
    let Some(before) = before else {
        return Some(Change { path, state: State::New, secret: false, lines: Vec::new() });
    };
    if before == file.content {
        return None;
    }
    let shown = |text: &str| visible(text, file.secrecy).unwrap_or_default();
    let lines = changed(&shown(&before), &shown(&file.content));
    let secret = match file.secrecy {
        Secrecy::Public => false,
        Secrecy::Fields => changed(&before, &file.content).len() > lines.len(),
        Secrecy::Secret => true,
    };
    Some(Change { path, state: State::Changed, secret, lines })
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Removed => "removed",
        })
    }
}

impl HostDiff {
    /// For people.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}: {}\n", self.name, self.state);
        for change in &self.changes {
            let secret = if change.secret { " (a secret)" } else { "" };
            let _ = writeln!(text, "  {} {}{secret}", change.path, change.state);
            for line in &change.lines {
                let _ = writeln!(text, "    {line}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_programs_read_the_same_words() {
        for state in [State::New, State::Unchanged, State::Changed, State::Removed] {
            assert_eq!(serde_json::json!(state), state.to_string());
        }
    }
}
