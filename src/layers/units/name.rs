//! Names of units and the specifiers that stand for their parts (systemd.unit(5), "Specifiers").

/// A unit's name taken apart: `getty@tty1.service` is an instance of the template `getty@.service`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName<'a> {
    full: &'a str,
    prefix: &'a str,
    instance: Option<&'a str>,
    suffix: &'a str,
}

impl<'a> UnitName<'a> {
    /// Any text is a name; one without a dot has no suffix.
    pub fn new(full: &'a str) -> Self {
        let (stem, suffix) = full.rsplit_once('.').unwrap_or((full, ""));
        match stem.split_once('@') {
            Some((prefix, instance)) => Self { full, prefix, instance: Some(instance), suffix },
            None => Self { full, prefix: stem, instance: None, suffix },
        }
    }

    /// The name of the template, if this is an instance of one.
    pub fn template(&self) -> Option<String> {
        self.instance.filter(|instance| !instance.is_empty()).map(|_| self.of_instance(""))
    }

    /// Whether this is a template, which cannot run by itself.
    pub fn is_template(&self) -> bool {
        self.instance == Some("")
    }

    /// The name of `instance` of this template.
    pub fn of_instance(&self, instance: &str) -> String {
        format!("{}@{instance}.{}", self.prefix, self.suffix)
    }

    /// `text` with `%i`, `%j`, `%n`, `%N`, `%p` and `%%` replaced; others are left as they are.
    pub fn expand(&self, text: &str) -> String {
        let without_suffix = self.full.rsplit_once('.').map_or(self.full, |(stem, _)| stem);
        let last_of_prefix = self.prefix.rsplit_once('-').map_or(self.prefix, |(_, last)| last);
        let mut expanded = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            if character != '%' {
                expanded.push(character);
                continue;
            }
            match characters.next() {
                Some('i') => expanded.push_str(self.instance.unwrap_or("")),
                Some('j') => expanded.push_str(last_of_prefix),
                Some('n') => expanded.push_str(self.full),
                Some('N') => expanded.push_str(without_suffix),
                Some('p') => expanded.push_str(self.prefix),
                Some('%') => expanded.push('%'),
                other => expanded.extend(std::iter::once('%').chain(other)),
            }
        }
        expanded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_have_templates() {
        assert_eq!(UnitName::new("getty@tty1.service").template().as_deref(), Some("getty@.service"));
        assert_eq!(UnitName::new("getty@.service").template(), None);
        assert!(UnitName::new("getty@.service").is_template());
        assert_eq!(UnitName::new("a.b.service").template(), None);
        assert_eq!(UnitName::new("getty@.service").of_instance("tty2"), "getty@tty2.service");
    }

    #[test]
    fn specifiers_are_replaced() {
        let name = UnitName::new("a-b@sda1.service");
        assert_eq!(
            name.expand("dev-%i.device %p %n %N %j 100%% %u %"),
            "dev-sda1.device a-b a-b@sda1.service a-b@sda1 b 100% %u %"
        );
    }
}
