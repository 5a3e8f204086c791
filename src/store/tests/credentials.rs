//! Passwords and tokens in URLs reach the server and nothing else.

use super::server::{Server, empty, ok, truncated};
use super::*;

fn secret(server: &Server, path: &str) -> String {
    server.url(path).replace("http://", "http://me:hunter2@") + "?token=hunter3"
}

#[test]
fn no_failure_shows_them() {
    let server = Server::start(|request, stream| match request.target.split('?').next().unwrap() {
        "/evil" => ok(stream, b"evil"),
        "/gone" => empty(stream, "404 Not Found", &[]),
        "/broken" => empty(stream, "500 Internal Server Error", &[]),
        "/short" => truncated(stream, b"good", 2),
        "/loop" => empty(stream, "302 Found", &[("Location", "/loop?token=hunter3".into())]),
        "/scheme" => empty(stream, "302 Found", &[("Location", "ftp://me:hunter2@a.example.org/".into())]),
        _ => Ok(()),
    });
    let closed = format!("http://me:hunter2@127.0.0.1:{}/x?token=hunter3", unused_port());
    let paths = ["/evil", "/gone", "/broken", "/short", "/loop", "/scheme", "/hangs-up"];
    let urls = paths.map(|path| secret(&server, path)).into_iter().chain([closed, "x://me:hunter2@h".into()]);
    for url in urls {
        let fixture = Fixture::new();
        let asked = want(b"good", url.clone());
        assert!(!format!("{asked:?}").contains("hunter"), "{asked:?}");
        for store in [fixture.store(), fixture.offline()] {
            let pinned = store.fetch(std::slice::from_ref(&asked)).unwrap_err();
            assert!(!format!("{pinned:?}").contains("hunter"), "{pinned:?}");
        }
        if let Err(error) = fixture.store().download_unpinned(&url, &[], ByteSize::bytes(1)) {
            assert!(!format!("{error:?}").contains("hunter"), "{error:?}");
        }
    }
}

#[test]
fn the_server_gets_them() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    fixture.store().fetch(&[want(b"good", secret(&server, "/x"))]).unwrap();
    // base64 of me:hunter2
    assert_eq!(server.requests()[0].header("authorization"), Some("Basic bWU6aHVudGVyMg=="));
    assert_eq!(server.requests()[0].target, "/x?token=hunter3");
}

/// A port on which nobody listens any more.
fn unused_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
