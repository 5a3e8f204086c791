//! Registries that know their users: by password, by a token that a password or an identity token is good for.

use super::server::{Server, empty, head, ok};
use super::*;
use std::sync::{Arc, OnceLock};

/// `Basic` and base64 of `me:secret`.
const BASIC: &str = "Basic bWU6c2VjcmV0";

/// A registry in which `/basic` wants a password, `/moved` leads to a stranger that wants one too, and all else
/// a token, for which the realm wants a password.
fn registry() -> (Server, Arc<OnceLock<String>>) {
    let here: Arc<OnceLock<String>> = Arc::default();
    let base = here.clone();
    let server = Server::start(move |request, stream| {
        let base = base.get().unwrap();
        let wants = |value: String, stream: &mut dyn server::Stream| {
            head(stream, "401 Unauthorized", &[("WWW-Authenticate", value), ("Content-Length", "0".into())])
        };
        let stranger = base.replace("127.0.0.1", "localhost") + "/strange";
        match (request.target.split('?').next().unwrap(), request.header("authorization")) {
            ("/moved", _) => empty(stream, "307 Temporary Redirect", &[("Location", stranger)]),
            ("/basic", Some(BASIC)) | ("/x", Some("Bearer mine")) => ok(stream, b"good"),
            ("/basic" | "/strange", _) => wants("Basic realm=\"r\"".into(), stream),
            ("/token", Some(BASIC)) => ok(stream, br#"{"token": "mine"}"#),
            ("/token", None) if request.header("content-type").is_some() => {
                ok(stream, br#"{"access_token": "mine"}"#)
            }
            ("/token", _) => empty(stream, "403 Forbidden", &[]),
            _ => wants(format!("Bearer realm=\"{base}/token\",service=\"r\""), stream),
        }
    });
    here.set(server.url("")).unwrap();
    (server, here)
}

/// The store of someone who has logged in to `server` with what `entry` says.
fn store(fixture: &Fixture, server: &Server, entry: &str) -> Store {
    let path = fixture.directory.path().join("config.json");
    let auths = format!(r#"{{"auths": {{"{}": {entry}}}}}"#, server.url(""));
    fs_err::write(&path, auths).unwrap();
    Store::open_with(&fixture.context, Settings { credentials: vec![path], ..settings() }).unwrap()
}

const PASSWORD: &str = r#"{"auth": "bWU6c2VjcmV0"}"#;

#[test]
fn a_password_is_sent_where_one_is_asked_for_and_from_then_on() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    let store = store(&fixture, &server, PASSWORD);
    store.fetch(&[want(b"good", server.url("/basic"))]).unwrap();
    store.download_unpinned(&server.url("/basic"), &[], ByteSize::mib(1)).unwrap();
    let sent: Vec<bool> =
        server.requests().iter().map(|request| request.header("authorization").is_some()).collect();
    assert_eq!(sent, [false, true, true]);
}

#[test]
fn a_token_is_got_with_the_password_or_with_the_identity_token() {
    for entry in [PASSWORD, r#"{"identitytoken": "i"}"#] {
        let (fixture, (server, _here)) = (Fixture::new(), registry());
        let store = store(&fixture, &server, entry);
        assert_eq!(store.fetch(&[want(b"good", server.url("/x"))]).unwrap().downloaded, 1, "{entry}");
    }
}

#[test]
fn nothing_goes_to_the_host_that_a_redirect_names() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    let (_, text) = failure(store(&fixture, &server, PASSWORD).fetch(&[want(b"good", server.url("/moved"))]));
    assert!(text.contains("401"), "{text}");
    assert!(server.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn a_stranger_is_told_to_log_in() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    let error = fixture.store().fetch(&[want(b"good", server.url("/basic"))]).unwrap_err();
    assert!(crate::error::hint(&error).unwrap().contains("skopeo login"), "{error:#}");
}
