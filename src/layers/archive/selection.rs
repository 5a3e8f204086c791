//! Choosing members of an archive by their names.

use crate::Result;
use crate::error::Fault;
use crate::layers::members::Member;
use std::collections::BTreeSet;

/// As many near names are shown for a member that is not there.
const NEAR_NAMES: usize = 3;

/// Which members to take, and what of their names to drop.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// Leading path components to drop; members with no more than these are left out.
    pub strip: usize,
    /// Names after stripping, exact or `folder/*` for all below a folder; empty takes everything.
    pub members: &'a BTreeSet<String>,
}

/// Applies a [`Selection`] and remembers what it matched.
pub struct Selector<'a> {
    selection: Selection<'a>,
    missing: BTreeSet<&'a str>,
    names: Vec<String>,
}

impl<'a> Selector<'a> {
    /// Nothing has been matched yet.
    pub fn new(selection: Selection<'a>) -> Self {
        let missing = selection.members.iter().map(String::as_str).collect();
        Self { selection, missing, names: Vec::new() }
    }

    /// The name under which `member` is taken, if it is.
    pub fn take(&mut self, member: &Member) -> Option<String> {
        let name = self.stripped(&member.path)?;
        self.names.push(name.to_owned());
        self.missing.retain(|wanted| !matches(wanted, name));
        self.is_selected(name).then(|| name.to_owned())
    }

    /// The name under which the member at `path` of the archive is taken, if it is.
    pub fn name_of(&self, path: &str) -> Option<String> {
        self.stripped(path).filter(|name| self.is_selected(name)).map(str::to_owned)
    }

    /// Fails if a wanted member has not come.
    pub fn finish(self) -> Result<()> {
        let Some(missing) = self.missing.first() else { return Ok(()) };
        let near = nearest(missing, &self.names);
        let hint = match near.as_slice() {
            [] => "the archive has no members after stripping; lower `strip`".to_owned(),
            near => format!("the archive has {}", near.join(", ")),
        };
        Err(Fault::input(format!("the archive has no member `{missing}`")).hint(hint).into())
    }

    fn stripped<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut rest = path;
        for _ in 0..self.selection.strip {
            rest = rest.split_once('/')?.1;
        }
        (!rest.is_empty()).then_some(rest)
    }

    fn is_selected(&self, name: &str) -> bool {
        let members = self.selection.members;
        members.is_empty() || members.iter().any(|wanted| matches(wanted, name))
    }
}

fn matches(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix("/*") {
        Some(folder) => crate::layers::path::is_below(name, folder),
        None => wanted == name,
    }
}

/// The names that need the fewest edits to become `wanted`, in backticks.
fn nearest(wanted: &str, names: &[String]) -> Vec<String> {
    let mut ranked: Vec<(usize, &String)> = names.iter().map(|name| (distance(wanted, name), name)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(NEAR_NAMES).map(|(_, name)| format!("`{name}`")).collect()
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, byte) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(byte != other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("runc", "runc", 0), ("ab", "ba", 2)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
