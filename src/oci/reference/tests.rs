use super::*;
use crate::oci::{blob_url, manifest_url, tag_url};
use proptest::prelude::*;

fn full(text: &str) -> String {
    text.parse::<Reference>().unwrap().to_string()
}

#[test]
fn what_is_left_out_is_as_in_docker() {
    let digest = Sha256::of("x").prefixed();
    for (text, expected) in [
        ("busybox", "docker.io/library/busybox"),
        ("busybox:1.37", "docker.io/library/busybox:1.37"),
        ("index.docker.io/busybox", "docker.io/library/busybox"),
        ("team/tool:v1", "docker.io/team/tool:v1"),
        ("registry.k8s.io/pause:3.10", "registry.k8s.io/pause:3.10"),
        ("localhost/a:b", "localhost/a:b"),
        ("r.example.org:5000/a/b__c/d---e:F_1.x-", "r.example.org:5000/a/b__c/d---e:F_1.x-"),
        ("r.example.org:5000/a", "r.example.org:5000/a"),
    ] {
        assert_eq!(full(text), expected);
        assert_eq!(full(&format!("{text}@{digest}")), format!("{expected}@{digest}"));
    }
}

#[test]
fn what_could_change_a_url_is_refused() {
    let long_tag = format!("a:{}", "t".repeat(129));
    let long_path = format!("r.example.org/{}", "a/".repeat(200) + "a");
    for text in [
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "../a",
        "a/../b",
        "a.example.org/..",
        "a/./b",
        "A",
        "a:",
        ":a",
        "a:b:c",
        "a b",
        "a?x",
        "a#x",
        "a%2fb",
        "a\\b",
        "user@host/a",
        "u:p@r.example.org/a",
        "https://r.example.org/a",
        "a\0b",
        "ä",
        "r.example.org:0/a",
        "r.example.org:70000/a",
        "r.example.org:+1/a",
        "r.example.org:/a",
        "-r.example.org/a",
        "r..example.org/a",
        "R.example.org/a",
        "[::1]/a",
        "a-",
        "a___b",
        "a._b",
        "a..b",
        "a:.b",
        "a@sha256:00",
        "a@sha512:00",
        "a@",
        "a\n",
        &long_tag,
        &long_path,
    ] {
        assert!(text.parse::<Reference>().is_err(), "{text:?}");
    }
}

#[test]
fn messages_are_short_and_hold_no_control_characters() {
    let text = format!("\u{1b}[2J{}", "A".repeat(100_000));
    let message = text.parse::<Reference>().unwrap_err().to_string();
    assert!(message.len() < 300 && !message.contains('\u{1b}'), "{message}");
}

#[test]
fn urls_are_those_of_the_distribution_specification() {
    let sha256 = Sha256::of("x");
    let digest = sha256.prefixed();
    assert_eq!(
        blob_url("registry.k8s.io/pause:3.10", &sha256).unwrap(),
        format!("https://registry.k8s.io/v2/pause/blobs/{digest}")
    );
    assert_eq!(
        manifest_url("busybox", &sha256).unwrap(),
        format!("https://registry-1.docker.io/v2/library/busybox/manifests/{digest}")
    );
    assert_eq!(tag_url("r.example.org:5000/a:v1").unwrap(), "https://r.example.org:5000/v2/a/manifests/v1");
    assert!(tag_url("busybox").unwrap().ends_with("/manifests/latest"));
    assert!(tag_url("a/../b").is_err());
}

proptest! {
    #[test]
    fn displayed_references_parse_to_themselves(text in "([a-z0-9]{1,3}[.:/_@-]{0,2}){1,6}") {
        if let Ok(reference) = text.parse::<Reference>() {
            prop_assert_eq!(reference.to_string().parse::<Reference>().unwrap(), reference);
        }
    }

    #[test]
    fn whatever_passes_makes_a_url_of_five_plain_parts(text in "[a-zA-Z0-9./:@%?#\\\\_ -]{1,30}|.{0,20}") {
        if let Ok(url) = tag_url(&text) {
            let parsed = reqwest::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.as_str().replace(":443/", "/"), url.replace(":443/", "/"));
            prop_assert!(parsed.path().starts_with("/v2/") && parsed.query().is_none());
            prop_assert!(parsed.username().is_empty());
        }
    }
}
