//! Stanzas of Debian control files (deb822(5)): `Field: value`, continued on lines that begin with a blank.

use crate::Result;
use crate::error::Fault;
use std::fmt;

/// One stanza; the order of its fields is kept, their names are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stanza {
    fields: Vec<(String, String)>,
}

/// What the control file of a package is called, as dpkg calls it.
pub type Control = Stanza;

impl Stanza {
    /// The value of `field`; further lines follow after `\n` with their leading blank.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(field)).map(|(_, value)| value.as_str())
    }

    /// The value of a field that must be there.
    pub fn require(&self, field: &str) -> Result<&str> {
        self.get(field).filter(|value| !value.is_empty()).ok_or_else(|| {
            Fault::input(format!("the control stanza has no field `{field}`"))
                .hint("the package or index is damaged; fetch it again")
                .into()
        })
    }

    /// Sets `field`, in its place if it is there, else as the last.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        match self.fields.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(field)) {
            Some((_, old)) => *old = value.into(),
            None => self.fields.push((field.to_owned(), value.into())),
        }
    }

    /// Names and values in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn add_line(&mut self, line: &str, number: usize) -> Result<()> {
        if line.starts_with([' ', '\t']) {
            let (_, value) = self.fields.last_mut().ok_or_else(|| malformed(number, "continues no field"))?;
            value.push('\n');
            value.push_str(line.trim_end());
            return Ok(());
        }
        let (name, value) = line.split_once(':').ok_or_else(|| malformed(number, "has no colon"))?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_name || self.get(name).is_some() {
            return Err(malformed(number, if is_name { "repeats a field" } else { "has no field name" }));
        }
        self.fields.push((name.to_owned(), value.trim().to_owned()));
        Ok(())
    }
}

impl fmt::Display for Stanza {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.fields {
            let gap = if value.is_empty() || value.starts_with('\n') { "" } else { " " };
            writeln!(f, "{name}:{gap}{value}")?;
        }
        Ok(())
    }
}

/// All stanzas of `text`, which blank lines separate; lines that begin with `#` are comments.
pub fn parse(text: &str) -> Result<Vec<Stanza>> {
    let mut stanzas = vec![Stanza::default()];
    for (index, line) in text.lines().enumerate() {
        let is_blank = line.trim().is_empty();
        match stanzas.last_mut() {
            _ if line.starts_with('#') => {}
            Some(last) if !is_blank => last.add_line(line, index + 1)?,
            Some(last) if !last.fields.is_empty() => stanzas.push(Stanza::default()),
            _ => {}
        }
    }
    stanzas.retain(|stanza| !stanza.fields.is_empty());
    Ok(stanzas)
}

fn malformed(line: usize, why: &str) -> anyhow::Error {
    Fault::input(format!("line {line} of the control data {why}"))
        .hint("the package or index is damaged; fetch it again")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Package: a\nDescription: short\n long\n .\n  verbatim\nDepends:\n b,\n c\n";

    #[test]
    fn prints_what_it_read() {
        let stanzas = parse(&format!("\n# comment\n{TEXT}\n\n{TEXT}\n")).unwrap();
        assert_eq!(stanzas.len(), 2);
        assert_eq!(stanzas[0].to_string(), TEXT);
        assert_eq!(stanzas[0].get("description"), Some("short\n long\n .\n  verbatim"));
        assert_eq!(stanzas[1].get("Depends"), Some("\n b,\n c"));
    }

    #[test]
    fn fields_are_set_in_place() {
        let mut stanza = parse("A: 1\nB: 2\n").unwrap().remove(0);
        stanza.set("a", "3");
        stanza.set("C", "4");
        assert_eq!(stanza.to_string(), "A: 3\nB: 2\nC: 4\n");
    }

    #[test]
    fn what_is_no_stanza_is_refused_with_its_line() {
        for (text, why) in [
            ("A: 1\nB", "line 2 of the control data has no colon"),
            (" x", "line 1 of the control data continues no field"),
            ("A: 1\na: 2", "line 2 of the control data repeats a field"),
            (": 1", "line 1 of the control data has no field name"),
            ("a b: 1", "line 1 of the control data has no field name"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), why);
        }
        assert!(parse("").unwrap().is_empty());
        assert!(Stanza::default().require("Package").is_err());
    }
}
