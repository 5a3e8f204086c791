//! Registries: media types are asked for, and strangers get a token where one is needed.

use super::server::{Server, empty, head, ok};
use super::*;
use std::sync::{Arc, OnceLock};

/// A registry that gives nothing without a token; `/moved` is on another host.
fn registry() -> (Server, Arc<OnceLock<String>>) {
    let here: Arc<OnceLock<String>> = Arc::default();
    let base = here.clone();
    let server = Server::start(move |request, stream| {
        let base = base.get().unwrap();
        match (request.target.split('?').next().unwrap(), request.header("authorization")) {
            ("/token", None) => ok(stream, br#"{"token": "let-me-in"}"#),
            ("/no-token", _) => ok(stream, b"{}"),
            ("/denied", _) => challenge(stream, &format!("{base}/no-token")),
            (_, Some("Bearer let-me-in")) if request.target == "/moved" => {
                let other = base.replace("127.0.0.1", "localhost") + "/elsewhere";
                empty(stream, "307 Temporary Redirect", &[("Location", other)])
            }
            ("/elsewhere", None) | (_, Some("Bearer let-me-in")) => ok(stream, b"good"),
            _ => challenge(stream, &format!("{base}/token")),
        }
    });
    here.set(server.url("")).unwrap();
    (server, here)
}

fn challenge(stream: &mut dyn server::Stream, realm: &str) -> std::io::Result<()> {
    let scope = format!("Bearer realm=\"{realm}\",service=\"r\",scope=\"repository:a/b:pull\"");
    head(stream, "401 Unauthorized", &[("WWW-Authenticate", scope), ("Content-Length", "0".into())])
}

fn targets(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|request| request.target).collect()
}

#[test]
fn a_token_is_got_once_and_used_again() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    let store = fixture.store();
    assert_eq!(store.fetch(&[want(b"good", server.url("/x"))]).unwrap().downloaded, 1);
    let asked = "/token?service=r&scope=repository%3Aa%2Fb%3Apull";
    assert_eq!(targets(&server), ["/x", asked, "/x"]);
    store.download_unpinned(&server.url("/y"), &[], ByteSize::mib(1)).unwrap();
    assert_eq!(targets(&server)[3..], ["/y", "/y"]);
}

#[test]
fn a_token_is_not_sent_to_another_host() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    fixture.store().fetch(&[want(b"good", server.url("/moved"))]).unwrap();
    assert_eq!(server.requests().last().unwrap().header("authorization"), None);
}

#[test]
fn no_token_is_an_error_that_names_where_it_was_asked_for() {
    let (fixture, (server, _here)) = (Fixture::new(), registry());
    let (kind, text) = failure(fixture.store().fetch(&[want(b"good", server.url("/denied"))]));
    assert_eq!(kind, Kind::Unavailable);
    assert!(text.contains("/no-token?…` gave no token"), "{text}");
}

#[test]
fn media_types_are_asked_for_and_at_last_any() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    let accept = |index: usize| server.requests()[index].header("accept").unwrap().to_owned();
    fixture.store().download_unpinned(&server.url("/x"), &["a/b", "c/d"], ByteSize::mib(1)).unwrap();
    assert_eq!(accept(0), "a/b, c/d, */*");
    let fixture = Fixture::new();
    let typed = Want { accept: Some("a/b".into()), ..want(b"good", server.url("/x")) };
    fixture.store().fetch(&[typed]).unwrap();
    assert_eq!(accept(1), "a/b, */*");
}
