//! An inspection as text: headed sections of aligned columns.

use super::columns::{Align, Columns};
use super::inspection::Inspection;
use crate::bake::{ImageRecord, Origin};
use crate::size::human;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const INDENT: &str = "  ";

impl Inspection {
    /// For people; one fact a line, without colours.
    pub fn to_text(&self) -> String {
        let sections = [
            section("image", &self.facts()),
            counted("partitions", self.disk.table.partitions.len(), &self.partitions()),
            counted("artifacts", self.artifacts().len(), &self.artifact_files()),
            counted("container images", self.containers.len(), &self.container_images()),
            counted("addon manifests", self.manifests.len(), &self.manifest_files()),
            counted("enabled units", self.units.len(), &lines(&self.units)),
            counted("packages", self.packages.len(), &self.package_versions()),
        ];
        sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn facts(&self) -> String {
        let mut columns = Columns::new(&[Align::Left, Align::Left]);
        for (name, value) in flat(&self.image) {
            columns.row([name, value]);
        }
        let system = ["PRETTY_NAME", "NAME", "ID"].iter().find_map(|name| self.os_release.get(*name));
        columns.row(["operating system", system.map_or("unknown", String::as_str)]);
        for kernel in &self.kernels {
            columns.row(["kernel", kernel]);
        }
        columns.row(["disk".to_owned(), self.disk_fact()]);
        columns.row(["root file system".to_owned(), self.root_fact()]);
        columns.render(INDENT)
    }

    fn disk_fact(&self) -> String {
        let table = if self.disk.table.from_backup { ", from the backup partition table" } else { "" };
        format!("{} {}, GPT {}{table}", human(self.disk.size), self.disk.format.name(), self.disk.table.disk)
    }

    fn root_fact(&self) -> String {
        let used = human(self.root.size.saturating_sub(self.root.free));
        let recovery = if self.root.needs_recovery { ", was not unmounted" } else { "" };
        format!("ext4 {}, {used} of {} used{recovery}", self.root.uuid, human(self.root.size))
    }

    fn partitions(&self) -> String {
        let (left, right) = (Align::Left, Align::Right);
        let mut columns = Columns::new(&[right, left, right, right, left, left]);
        columns.row(["NUMBER", "ROLE", "START", "SIZE", "NAME", "GUID"]);
        for (number, partition) in &self.disk.table.partitions {
            columns.row([
                number.to_string(),
                partition.role.name().to_owned(),
                human(partition.start),
                human(partition.size),
                partition.name.clone(),
                partition.guid.clone(),
            ]);
        }
        columns.render(INDENT)
    }

    /// Artifacts by name with their paths; none if the image does not say what it is.
    fn artifacts(&self) -> BTreeMap<String, Vec<String>> {
        let mut artifacts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Ok(record) = ImageRecord::deserialize(&self.image) else { return artifacts };
        for (path, origin) in record.origins() {
            if let Origin::Artifact(name) = origin {
                artifacts.entry(name.to_owned()).or_default().push(path.to_owned());
            }
        }
        artifacts
    }

    fn artifact_files(&self) -> String {
        let mut columns = Columns::new(&[Align::Left, Align::Right, Align::Left]);
        columns.row(["NAME", "FILES", "FIRST"]);
        for (name, paths) in self.artifacts() {
            let first = paths.first().cloned().unwrap_or_default();
            columns.row([name, paths.len().to_string(), first]);
        }
        columns.render(INDENT)
    }

    fn container_images(&self) -> String {
        let mut columns = Columns::new(&[Align::Left, Align::Right, Align::Right, Align::Left]);
        columns.row(["NAME", "SIZE", "BLOBS", "DIGEST"]);
        for image in &self.containers {
            let (size, blobs) = (human(image.size()), image.blobs.len().to_string());
            columns.row([image.name.clone(), size, blobs, image.digest.prefixed()]);
        }
        columns.render(INDENT)
    }

    fn manifest_files(&self) -> String {
        let mut columns = Columns::new(&[Align::Left, Align::Right, Align::Left]);
        columns.row(["PATH", "SIZE", "SHA256"]);
        for manifest in &self.manifests {
            columns.row([format!("/{}", manifest.path), human(manifest.size), manifest.sha256.to_string()]);
        }
        columns.render(INDENT)
    }

    fn package_versions(&self) -> String {
        let left = Align::Left;
        let mut columns = Columns::new(&[left, left, left, Align::Right, left]);
        columns.row(["NAME", "VERSION", "ARCHITECTURE", "INSTALLED SIZE", "STATE"]);
        for package in &self.packages {
            columns.row([
                package.name.clone(),
                package.version.clone(),
                package.architecture.clone(),
                human(package.installed_size),
                if package.held { "held".to_owned() } else { String::new() },
            ]);
        }
        columns.render(INDENT)
    }
}

fn section(title: &str, body: &str) -> String {
    format!("{title}\n{body}")
}

/// A section that says how much is in it, or nothing if there is nothing.
fn counted(title: &str, count: usize, body: &str) -> String {
    if count == 0 { String::new() } else { section(&format!("{title} ({count})"), body) }
}

fn lines(items: &[String]) -> String {
    items.iter().fold(String::new(), |mut text, item| {
        let _ = writeln!(text, "{INDENT}{item}");
        text
    })
}

/// Members of `/etc/imgbuild/image.json` that have a section of their own.
const SECTIONS: [&str; 3] = ["files", "images", "manifests"];

/// Names and values of a record, members of an inner record by both names; lists in one line.
fn flat(record: &Value) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for (name, value) in record.as_object().into_iter().flatten() {
        let name = name.replace('_', " ");
        match value {
            _ if SECTIONS.contains(&name.as_str()) => {}
            Value::Object(_) => {
                facts
                    .extend(flat(value).into_iter().map(|(inner, value)| (format!("{name} {inner}"), value)));
            }
            value => facts.extend(shown(value).map(|value| (name, value))),
        }
    }
    facts
}

/// `None` if there is nothing to show.
fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Array(items) if !items.is_empty() => {
            Some(items.iter().filter_map(shown).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_shown_flat_and_without_what_is_shown_elsewhere() {
        let record = serde_json::json!({
            "schema": 1,
            "suites": ["bookworm", "bookworm-updates"],
            "kubernetes": {"version": "1.20.2", "image_repository": "example.org/k", "skip_phases": []},
            "containerd": null,
            "images": {"a": "b"},
        });
        let facts = [
            ("kubernetes image repository", "example.org/k"),
            ("kubernetes version", "1.20.2"),
            ("schema", "1"),
            ("suites", "bookworm, bookworm-updates"),
        ];
        assert_eq!(flat(&record), facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(flat(&Value::Null).is_empty());
    }
}
