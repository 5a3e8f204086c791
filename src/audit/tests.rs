//! The sample image judged by small databases in both formats.

use super::component::{Component, Ecosystem};
use super::*;
use crate::error;
use crate::papers::spdx;
use crate::papers::testing::Sample;
use serde_json::json;
use std::path::PathBuf;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs_err::write(&path, content).unwrap();
        path
    }

    fn database(&self, content: &serde_json::Value) -> Database {
        Database::open(&self.file("db.json", content.to_string())).unwrap()
    }
}

fn audited(databases: &[Database], filter: &Filter) -> Audit {
    let sbom = spdx::document(&Sample::new("3.0.15-1").subject()).unwrap();
    audit(&sbom, databases, filter)
}

fn ids(audit: &Audit) -> Vec<(&str, &str)> {
    audit.findings.iter().map(|finding| (finding.package.as_str(), finding.id.as_str())).collect()
}

fn tracker() -> serde_json::Value {
    let release = |status: &str, fixed: &str| match fixed {
        "" => json!({"releases": {"bookworm": {"status": status, "urgency": "low", "repositories": {}}}}),
        fixed => json!({"releases": {
            "bookworm": {"status": status, "fixed_version": fixed, "urgency": "high"},
            "sid": {"status": "resolved", "fixed_version": "99", "urgency": "high"},
        }}),
    };
    json!({
        "openssl": {
            "CVE-2026-1": release("resolved", "3.0.15-1+deb12u1"),
            "CVE-2026-2": release("resolved", "3.0.15-1"),
            "CVE-2026-3": release("resolved", "0"),
            "CVE-2026-4": release("open", ""),
            "CVE-2026-5": {"releases": {"trixie": {"status": "open"}}},
        },
        "gcc-12": {"CVE-2026-6": release("undetermined", "")},
        "libstdc++6": {"CVE-2026-7": release("open", "")},
        "tool": {"CVE-2026-8": release("open", "")},
        "mmdebstrap": {"CVE-2026-9": release("open", "")},
    })
}

#[test]
fn the_tracker_is_asked_about_source_packages_of_the_release() {
    let folder = Folder::new();
    let audit = audited(&[folder.database(&tracker())], &Filter::default());
    let expected = [
        ("gcc-12", "CVE-2026-6"),
        ("openssl", "CVE-2026-1"),
        ("openssl", "CVE-2026-4"),
        ("tool", "CVE-2026-8"),
    ];
    assert_eq!(ids(&audit), expected);
    let gcc = audit.findings.iter().next().unwrap();
    assert_eq!((gcc.status, gcc.parts.contains("libstdc++6")), (Status::Undetermined, true));
    assert!(
        audit.to_text().contains("CVE-2026-1     openssl  3.0.15-1   3.0.15-1+deb12u1  high     openssl"),
        "{}",
        audit.to_text()
    );
    assert!(audit.to_text().contains("4 findings in 5 packages of tiny"), "{}", audit.to_text());
}

#[test]
fn what_no_version_mends_and_what_is_accepted_can_be_left_out() {
    let folder = Folder::new();
    let database = [folder.database(&tracker())];
    let fixable = audited(&database, &Filter { only_fixable: true, ..Filter::default() });
    assert_eq!(ids(&fixable), [("openssl", "CVE-2026-1")]);
    let accepted = Filter { only_fixable: true, accepted: ["CVE-2026-1".to_owned()].into() };
    assert!(audited(&database, &accepted).findings.is_empty());
}

fn entry(id: &str, ecosystem: &str, name: &str, events: &serde_json::Value) -> serde_json::Value {
    json!({
        "id": id, "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-10"],
        "affected": [{
            "package": {"ecosystem": ecosystem, "name": name},
            "ranges": [{"type": "ECOSYSTEM", "events": events}, {"type": "GIT", "events": [{"introduced": "0"}]}],
            "ecosystem_specific": {"urgency": "medium"},
        }],
    })
}

#[test]
fn osv_is_read_from_a_file_a_folder_and_a_zip() {
    let folder = Folder::new();
    let one = entry("DSA-1-1", "Debian:12", "openssl", &json!([{"introduced": "0"}, {"fixed": "3.0.16-1"}]));
    let two = entry(
        "GO-1",
        "Go",
        "github.com/opencontainers/runc",
        &json!([{"introduced": "1.3.0"}, {"last_affected": "1.4.0"}]),
    );
    let expected = [("github.com/opencontainers/runc", "GO-1"), ("openssl", "DSA-1-1")];
    let (first, second) = (folder.file("1.json", one.to_string()), folder.file("2.json", two.to_string()));
    let databases = [Database::open(&first).unwrap(), Database::open(&second).unwrap()];
    let audit = audited(&databases, &Filter::default());
    assert_eq!(ids(&audit), expected);
    let finding = audit.findings.iter().last().unwrap();
    assert_eq!(finding.fixed.as_deref(), Some("3.0.16-1"));
    assert_eq!((finding.urgency.as_deref(), finding.aliases.contains("CVE-2026-10")), (Some("medium"), true));
    let whole = Database::open(folder.0.path()).unwrap();
    assert_eq!(ids(&audited(&[whole], &Filter::default())), expected);
    let zip = folder.0.path().join("all.zip");
    crate::process::foreign("python3")
        .args(["-m", "zipfile", "-c"])
        .arg(&zip)
        .arg(&first)
        .arg(&second)
        .run()
        .unwrap();
    assert_eq!(ids(&audited(&[Database::open(&zip).unwrap()], &Filter::default())), expected);
}

#[test]
fn osv_ranges_are_evaluated_as_its_specification_says() {
    let folder = Folder::new();
    let component = |version: &str| Component {
        ecosystem: Ecosystem::Go,
        name: "m".into(),
        version: version.into(),
        parts: [].into(),
    };
    let events =
        json!([{"fixed": "1.2.0"}, {"introduced": "2.0.0"}, {"introduced": "0"}, {"fixed": "2.1.0"}]);
    let database = folder.database(&entry("X", "Go", "m", &events));
    for (version, fixed) in [
        ("1.1.9", Some("1.2.0")),
        ("1.2.0", None),
        ("1.9.0", None),
        ("2.0.5", Some("2.1.0")),
        ("2.1.0", None),
    ] {
        let found = database.findings(&component(version));
        assert_eq!(found.first().and_then(|finding| finding.fixed.as_deref()), fixed, "{version}");
        assert_eq!(found.is_empty(), fixed.is_none(), "{version}");
    }
    let mut withdrawn = entry("X", "Go", "m", &json!([{"introduced": "0"}]));
    withdrawn["withdrawn"] = json!("2026-01-01T00:00:00Z");
    let error = Database::open(&folder.file("db.json", withdrawn.to_string())).unwrap_err();
    assert!(format!("{error:#}").contains("no entry in it that is about anything"), "{error:#}");
    let mut listed = entry("X", "Go", "m", &json!([]));
    listed["affected"][0]["versions"] = json!(["7"]);
    assert_eq!(folder.database(&listed).findings(&component("7")).len(), 1);
}

#[test]
fn what_no_database_names_is_listed_and_not_called_sound() {
    let audit = audited(&[], &Filter::default());
    let unjudged: Vec<&str> = audit.unjudged.iter().map(String::as_str).collect();
    assert_eq!(unjudged, ["addon.yaml", "chart.yaml", "cni", "registry.example.org/etcd:3.5"]);
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = Folder::new();
    for (content, why) in [
        ("", "neither"),
        ("[1]", "neither"),
        ("PK\u{3}", "damaged"),
        ("{\"a\": 1}", "neither"),
        ("{}", "there is no issue in it"),
        ("{\"openssl\": {}}", "there is no issue in it"),
        ("{\"id\": \"X\", \"modified\": \"2026\"}", "no entry in it that is about anything"),
    ] {
        let error = Database::open(&folder.file("db", content)).unwrap_err();
        assert!(format!("{error:#}").contains(why), "{content}: {error:#}");
        assert_eq!(error::exit_code(&error), 3, "{content}");
        assert!(error::hint(&error).is_some());
    }
}
