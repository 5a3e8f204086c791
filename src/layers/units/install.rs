//! The `[Install]` section of a unit file (systemd.unit(5), "\[Install\] Section Options"; the syntax is that of
//! systemd.syntax(7)).

/// What the section asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Install {
    /// Links in `TARGET.wants`.
    pub wanted_by: Vec<String>,
    /// Links in `TARGET.requires`.
    pub required_by: Vec<String>,
    /// Links in `TARGET.upholds`.
    pub upheld_by: Vec<String>,
    /// Further names.
    pub aliases: Vec<String>,
    /// Units that are enabled and disabled together with this one.
    pub also: Vec<String>,
    /// The instance that stands for a template.
    pub default_instance: Option<String>,
}

impl Install {
    /// Reads the section from the text of a unit file.
    pub fn parse(text: &str) -> Self {
        let mut install = Self::default();
        let mut section = String::new();
        for line in logical_lines(text) {
            if line.starts_with('[') {
                section = line;
            } else if section == "[Install]"
                && let Some((key, value)) = line.split_once('=')
            {
                install.set(key.trim(), value.trim());
            }
        }
        install
    }

    /// Whether it asks for nothing, so that enabling the unit would do nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self { default_instance: self.default_instance.clone(), ..Self::default() }
    }

    fn set(&mut self, key: &str, value: &str) {
        let list = match key {
            "WantedBy" => &mut self.wanted_by,
            "RequiredBy" => &mut self.required_by,
            "UpheldBy" => &mut self.upheld_by,
            "Alias" => &mut self.aliases,
            "Also" => &mut self.also,
            "DefaultInstance" => {
                self.default_instance = (!value.is_empty()).then(|| value.to_owned());
                return;
            }
            _ => return,
        };
        // An empty value takes back what was said before.
        if value.is_empty() {
            list.clear();
        }
        list.extend(value.split_whitespace().map(ToOwned::to_owned));
    }
}

/// Lines without comments; one that ends with a backslash goes on in the next.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut begun = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(unfinished) = line.strip_suffix('\\') {
            begun.push_str(unfinished);
            begun.push(' ');
        } else {
            lines.push(std::mem::take(&mut begun) + line);
        }
    }
    lines.push(begun);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_on_start_over_and_skip_comments() {
        let text = "[Unit]\nWantedBy=no.target\n[Install]\nWantedBy=a.target\nWantedBy=\nWantedBy = b.target \\\n# comment\n  c.target\n\
                    UpheldBy=d.target\nDefaultInstance=tty1\n[Service]\nAlso=no.service\n";
        let expected = Install {
            wanted_by: vec!["b.target".into(), "c.target".into()],
            upheld_by: vec!["d.target".into()],
            default_instance: Some("tty1".into()),
            ..Install::default()
        };
        assert_eq!(Install::parse(text), expected);
    }

    #[test]
    fn a_unit_that_asks_for_nothing_is_empty() {
        assert!(Install::parse("[Unit]\nDescription=x\n[Install]\nDefaultInstance=a\n").is_empty());
        assert!(!Install::parse("[Install]\nAlso=a.socket\n").is_empty());
    }
}
