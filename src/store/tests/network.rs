//! Proxies and certificate authorities.

#[path = "../../../tests/support/certificates.rs"]
mod certificates;

use super::server::{Server, Stream, empty, ok};
use super::*;
use crate::process::Tool;
use rustls::{ServerConnection, StreamOwned};
use std::net::TcpStream;
use std::path::Path;

fn through(proxy: &Server, except: Option<&str>) -> Settings {
    let url = proxy.url("").replace("http://", "http://me:hunter2@");
    let proxies = Proxies { http: Some(url.clone()), https: Some(url), except: except.map(str::to_owned) };
    Settings { proxies, attempts: 1, ..settings() }
}

#[test]
fn plain_http_goes_through_the_proxy_with_its_password() {
    let (fixture, proxy) = (Fixture::new(), Server::of(b"good"));
    let store = Store::open_with(&fixture.context, through(&proxy, None)).unwrap();
    store.fetch(&[want(b"good", "http://dl.example.org/a")]).unwrap();
    let request = &proxy.requests()[0];
    assert_eq!(request.target, "http://dl.example.org/a");
    assert_eq!(request.header("proxy-authorization"), Some("Basic bWU6aHVudGVyMg=="));
}

#[test]
fn https_asks_the_proxy_for_a_tunnel() {
    let fixture = Fixture::new();
    let proxy = Server::start(|_, stream| empty(stream, "403 Forbidden", &[]));
    let store = Store::open_with(&fixture.context, through(&proxy, None)).unwrap();
    let error = store.fetch(&[want(b"good", "https://dl.example.org/a")]).unwrap_err();
    assert_eq!(proxy.requests()[0].target, "dl.example.org:443");
    assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
}

#[test]
fn loopback_and_excepted_hosts_are_reached_directly() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    let proxy = Server::start(|_, stream| empty(stream, "404 Not Found", &[]));
    let store = Store::open_with(&fixture.context, through(&proxy, Some(".invalid"))).unwrap();
    store.fetch(&[want(b"good", server.url("/x"))]).unwrap();
    assert!(store.fetch(&[want(b"x", "http://host.invalid/x")]).is_err());
    assert!(proxy.requests().is_empty());
}

/// An HTTPS server with the certificate in `directory`; `/down` redirects to `http`.
fn https(directory: &Path) -> Server {
    let config = certificates::configuration(directory);
    let wrap = move |tcp: TcpStream| {
        let connection = ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
        Ok(Box::new(StreamOwned::new(connection, tcp)) as Box<dyn Stream>)
    };
    Server::start_wrapped(wrap, |request, stream| match request.target.as_str() {
        "/down" => empty(stream, "302 Found", &[("Location", "http://me:hunter2@localhost:9/x".into())]),
        _ => ok(stream, b"good"),
    })
}

#[test]
fn a_custom_authority_is_trusted_only_if_named_and_encryption_is_not_given_up() {
    let (fixture, directory) = (Fixture::new(), tempfile::tempdir().unwrap());
    certificates::make(directory.path());
    let server = https(directory.path());
    let url = |path: &str| format!("https://localhost:{}{path}", server.port());

    let error = fixture.store().fetch(&[want(b"good", url("/x"))]).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(crate::error::hint(&error).unwrap().contains("--ca-file"));

    let context = Context { ca_file: Some(directory.path().join("ca.pem")), ..fixture.context.clone() };
    let store = Store::open_with(&context, settings()).unwrap();
    assert_eq!(store.fetch(&[want(b"good", url("/x"))]).unwrap().downloaded, 1);

    let error = store.fetch(&[want(b"other", url("/down"))]).unwrap_err();
    assert!(error.to_string().contains("from https to `http://localhost:9/x`"), "{error}");
    assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
}

#[test]
fn an_authority_file_without_certificates_is_refused_at_once() {
    let fixture = Fixture::new();
    let file = fixture.directory.path().join("ca.pem");
    fs_err::write(&file, "no certificate").unwrap();
    let context = Context { ca_file: Some(file), ..fixture.context.clone() };
    assert!(Store::open_with(&context, settings()).is_err());
}

#[test]
fn a_machine_without_authorities_still_reaches_plain_http() {
    let output = Tool::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::download::what_has_no_digest_yet_gets_one"])
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .text()
        .unwrap();
    assert!(output.contains("1 passed"), "{output}");
}
