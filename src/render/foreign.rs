//! What cloud-init itself, and the YAML parser that it uses, make of what is rendered.

mod cloud_init;

use super::{Documents, META_DATA, Machine, NETWORK_CONFIG, USER_DATA};
use crate::cloudinit::{UserData, WriteFile};
use crate::cluster::Cluster;
use crate::host::testing::{keys, site, templates};
use crate::kubeadm::testing as fixture;
use crate::process::foreign;
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;

const LOAD: &str =
    "import json, sys, yaml; print(json.dumps([yaml.safe_load(open(f)) for f in sys.argv[1:]]))";

/// What `PyYAML` reads in the files at `paths`.
fn pyyaml(paths: &[&Path]) -> Vec<Value> {
    // Debian's, which has the package; another one may come first in PATH
    let python = foreign("/usr/bin/python3").args(["-c", LOAD]);
    serde_json::from_slice(&python.args(paths).output().unwrap()).unwrap()
}

fn documents(cluster: &Cluster) -> Vec<Documents> {
    let image = fixture::image(36, "registry.k8s.io");
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(cluster, &image), &keys, &templates);
    Machine::all(cluster).map(|machine| Documents::of(&site, machine).unwrap()).collect()
}

#[test]
fn pyyaml_reads_documents_as_they_were_meant() {
    let folder = tempfile::tempdir().unwrap();
    let documents = documents(&fixture::cluster()).remove(0);
    let path = |name: &str| folder.path().join(name);
    for (name, bytes) in &documents.documents {
        fs_err::write(path(name), bytes).unwrap();
    }
    let read = pyyaml(&[&path(USER_DATA), &path(META_DATA), &path(NETWORK_CONFIG)]);
    let files: Vec<WriteFile> = serde_json::from_value(read[0]["write_files"].clone()).unwrap();
    let contents: Vec<&str> = files.iter().map(|file| file.content.as_str()).collect();
    let meant: Vec<&str> = documents.files.iter().map(|file| file.content.as_str()).collect();
    assert_eq!(contents, meant);
    assert!(files.iter().all(|file| file.permissions.len() == 4));
    assert_eq!(read[1]["instance-id"], documents.instance_id);
    assert_eq!(read[2]["ethernets"]["cluster"]["match"]["macaddress"], "52:54:00:61:00:01");
}

#[test]
fn pyyaml_takes_no_text_for_something_else() {
    let texts = [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "true",
        "null",
        "~",
        "12:30",
        "52:54:00:10:20:30",
        "0o17",
        "017",
        "0x1F",
        "1_000",
        "1e3",
        ".inf",
        ".nan",
        "2024-01-01",
        "=",
        "<<",
        "",
        " ",
        "- a",
        "a: b",
        "#a",
        "!a",
        "&a",
        "*a",
        "%a",
        "@a",
        "`a",
        "{a",
        "[a",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "a\n",
        "\n",
        "a\n\n",
        " a\n b",
        "\ta",
        "a\u{85}b",
        "a\u{2028}b",
        "\u{feff}",
        "\u{0}",
        "\u{7f}",
        "---",
        "...",
        "a #b",
        "a\r\nb",
    ];
    assert_eq!(read_back(&texts), texts);
}

/// What `PyYAML` reads where `texts` were written.
fn read_back(texts: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(USER_DATA);
    let files = texts.iter().map(|text| WriteFile::plain("/a", 0o600, text)).collect();
    let document = UserData { write_files: files, ..UserData::default() };
    fs_err::write(&path, document.to_text().unwrap()).unwrap();
    let files = pyyaml(&[&path])[0]["write_files"].clone();
    let files = files.as_array().unwrap().iter();
    files.map(|file| file["content"].as_str().unwrap_or("(no text)").to_owned()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn pyyaml_reads_back_any_text(texts in proptest::collection::vec(any::<String>(), 64)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        prop_assert_eq!(read_back(&texts), texts);
    }
}
