use super::*;
use crate::error::hint;
use proptest::prelude::*;

fn credentials(text: &str) -> (tempfile::TempDir, Credentials) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.json");
    fs_err::write(&path, text).unwrap();
    (folder, Credentials::new(vec!["/does/not/exist".into(), path]))
}

fn shown(login: Option<Login>) -> String {
    match login {
        None => "stranger".into(),
        Some(Login::Password(user, password)) => format!("{user}:{password}"),
        Some(Login::Identity(token)) => format!("token {token}"),
    }
}

const FILE: &str = r#"{"auths": {
    "https://index.docker.io/v1/": {"auth": "bWU6aHVi"},
    "r.example.org": {"auth": "bWU6YTpi"},
    "r.example.org/team": {"username": "team", "password": "p"},
    "http://r.example.org:5000": {"identitytoken": "i"},
    "empty.example.org": {}
}, "HttpHeaders": {"x": "y"}}"#;

#[test]
fn the_longest_key_that_leads_there_counts() {
    let (_folder, credentials) = credentials(FILE);
    for (url, expected) in [
        ("https://registry-1.docker.io/v2/library/busybox/manifests/1", "me:hub"),
        ("https://r.example.org/v2/a/manifests/1", "me:a:b"),
        ("https://r.example.org/v2/team/a/manifests/1", "team:p"),
        ("https://r.example.org/v2/teams/a/manifests/1", "me:a:b"),
        ("https://r.example.org:5000/v2/a/manifests/1", "token i"),
        ("https://r.example.org.evil.example.org/v2/a/manifests/1", "stranger"),
        ("https://empty.example.org/v2/a", "stranger"),
        ("nothing", "stranger"),
    ] {
        assert_eq!(shown(credentials.of(url).unwrap()), expected, "{url}");
    }
}

#[test]
fn what_is_no_file_of_credentials_is_refused_without_showing_it() {
    let (_folder, credentials) = credentials(r#"{"auths": {"a": {"auth": 12, "password": "secret"}}}"#);
    let error = credentials.of("https://a/v2/x").err().unwrap();
    assert!(error.to_string().contains("config.json:1:"), "{error:#}");
    assert!(!format!("{error:?}").contains("secret"));
}

#[test]
fn helpers_are_programs_of_their_own_name_only() {
    let (_folder, credentials) = credentials(r#"{"credHelpers": {"a.example.org": "../../bin/sh"}}"#);
    let error = credentials.of("https://a.example.org/v2/x").err().unwrap();
    assert!(hint(&error).unwrap().contains("credHelpers"), "{error:#}");
}

proptest! {
    #[test]
    fn any_entry_is_read(auth in "[A-Za-z0-9+/=]{0,24}", key in "[a-z:/.]{0,20}") {
        let text = serde_json::json!({"auths": {key: {"auth": auth}}}).to_string();
        let (_folder, credentials) = credentials(&text);
        let _ = credentials.of("https://a.example.org/v2/x");
    }
}
