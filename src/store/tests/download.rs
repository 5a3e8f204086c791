//! Whole downloads, good and bad.

use super::server::{Server, empty, head, ok};
use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_digest_that_is_wanted_twice_is_fetched_once_and_then_reused() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let server = Server::of(&bytes);
    let wants = [want(&bytes, server.url("/a")), want(&bytes, server.url("/b"))];
    let fetched = fixture.store().fetch(&wants).unwrap();
    assert_eq!(fetched, Fetched { downloaded: 1, bytes: 100_000, reused: 0 });
    assert_eq!(fixture.store().fetch(&wants).unwrap(), Fetched { downloaded: 0, bytes: 0, reused: 1 });
    assert_eq!(fs_err::read(fixture.store().file(&Sha256::of(&bytes)).unwrap()).unwrap(), bytes);
    assert_eq!((server.requests().len(), fixture.partials()), (1, 0));
}

#[test]
fn many_files_arrive_in_parallel() {
    let fixture = Fixture::new();
    let server = Server::start(|request, stream| ok(stream, request.target.as_bytes()));
    let wants: Vec<_> =
        (0..50).map(|n| format!("/{n}")).map(|path| want(path.as_bytes(), server.url(&path))).collect();
    assert_eq!(fixture.store().fetch(&wants).unwrap().downloaded, 50);
    let store = fixture.offline();
    assert!(wants.iter().all(|want| store.file(&want.sha256).is_ok()));
}

#[test]
fn nothing_is_downloaded_for_nothing() {
    assert_eq!(Fixture::new().offline().fetch(&[]).unwrap(), Fetched::default());
}

#[test]
fn other_bytes_are_refused_and_do_not_stay() {
    let (fixture, server) = (Fixture::new(), Server::of(b"evil"));
    let error = fixture.store().fetch(&[want(b"good", server.url("/a"))]).unwrap_err();
    let text = error.to_string();
    let (good, evil) = (Sha256::of("good").to_string(), Sha256::of("evil").to_string());
    assert!([&good, &evil, &server.url("/a")].iter().all(|part| text.contains(*part)), "{text}");
    assert_eq!(fault(&error).unwrap().kind, Kind::Mismatch);
    assert!(crate::error::hint(&error).unwrap().contains("imgbuild lock --update"));
    assert!(!fixture.store().contains(&Sha256::of("good")) && !fixture.store().contains(&Sha256::of("evil")));
    assert_eq!(fixture.partials(), 0);
}

#[test]
fn the_next_source_is_tried_and_all_failures_are_listed() {
    let (fixture, good, evil) = (Fixture::new(), Server::of(b"good"), Server::of(b"evil"));
    let gone = Server::start(|_, stream| empty(stream, "404 Not Found", &[]));
    let sources = |servers: &[&Server]| servers.iter().map(|server| server.url("/x")).collect();
    let both = Want { sources: sources(&[&gone, &evil]), ..want(b"good", "") };
    let (kind, text) = failure(fixture.store().fetch(&[both]));
    assert!(kind == Kind::Mismatch && text.contains("404") && text.contains(&evil.url("/x")), "{text}");
    let three = Want { sources: sources(&[&gone, &evil, &good]), ..want(b"good", "") };
    assert_eq!(fixture.store().fetch(&[three]).unwrap().downloaded, 1);
}

#[test]
fn a_missing_file_is_asked_for_once_and_gets_the_callers_hint() {
    let fixture = Fixture::new();
    let server = Server::start(|_, stream| empty(stream, "404 Not Found", &[]));
    let gone = Want { hint: Some("run `imgbuild lock --update`".into()), ..want(b"x", server.url("/x")) };
    let error = fixture.store().fetch(&[gone]).unwrap_err();
    assert_eq!(fault(&error).unwrap().kind, Kind::Unavailable);
    assert_eq!(crate::error::hint(&error).unwrap(), "run `imgbuild lock --update`");
    assert!(error.to_string().contains("404 Not Found"), "{error}");
    assert_eq!((server.requests().len(), fixture.partials()), (1, 0));
}

#[test]
fn a_failing_server_is_asked_again_but_not_for_ever() {
    let fixture = Fixture::new();
    let server = Server::start(|_, stream| empty(stream, "500 Internal Server Error", &[]));
    let (kind, text) = failure(fixture.store().fetch(&[want(b"x", server.url("/x"))]));
    assert!(kind == Kind::Unavailable && text.contains("500"), "{text}");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_server_that_recovers_is_forgiven() {
    let fixture = Fixture::new();
    let server = Server::start(|request, stream| match request.index {
        0 => empty(stream, "429 Too Many Requests", &[("Retry-After", "0".into())]),
        1 => empty(stream, "503 Service Unavailable", &[]),
        _ => ok(stream, b"good"),
    });
    assert_eq!(fixture.store().fetch(&[want(b"good", server.url("/x"))]).unwrap().downloaded, 1);
}

#[test]
fn redirects_are_followed_but_not_in_circles() {
    let fixture = Fixture::new();
    let server = Server::start(|request, stream| match request.target.as_str() {
        "/from" => empty(stream, "302 Found", &[("Location", "/to".into())]),
        "/to" => ok(stream, b"good"),
        _ => empty(stream, "302 Found", &[("Location", "/loop".into())]),
    });
    assert_eq!(fixture.store().fetch(&[want(b"good", server.url("/from"))]).unwrap().downloaded, 1);
    let (kind, text) = failure(fixture.store().fetch(&[want(b"x", server.url("/loop"))]));
    assert!(kind == Kind::Unavailable && text.contains("redirects more than 10 times"), "{text}");
    assert_eq!(server.requests().len(), 2 + 11);
}

/// Sends zeros until the client hangs up, counting them.
fn endless() -> (Server, Arc<AtomicU64>) {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = sent.clone();
    let server = Server::start(move |_, stream| {
        head(stream, "200 OK", &[])?;
        loop {
            stream.write_all(&[0; 8192])?;
            counter.fetch_add(8192, Ordering::SeqCst);
        }
    });
    (server, sent)
}

#[test]
fn an_endless_download_is_cut_off() {
    let (fixture, (server, sent)) = (Fixture::new(), endless());
    let (kind, text) = failure(fixture.store().fetch(&[want(b"small", server.url("/x"))]));
    assert!(kind == Kind::Mismatch && text.contains("longer than 5 bytes"), "{text}");
    let limit = ByteSize::bytes(1000);
    let (kind, text) = failure(fixture.store().download_unpinned(&server.url("/x"), &[], limit));
    assert!(kind == Kind::Unavailable && text.contains("longer than the allowed 1000 bytes"), "{text}");
    assert!(sent.load(Ordering::SeqCst) < 64 << 20, "the client went on reading");
    assert_eq!(fixture.partials(), 0);
}

#[test]
fn a_wrong_announced_length_spares_the_download() {
    let fixture = Fixture::new();
    let server = Server::start(|_, stream| {
        head(stream, "200 OK", &[("Content-Length", "1000000000".into())])?;
        std::thread::sleep(Duration::from_secs(60));
        Ok(())
    });
    let (kind, text) = failure(fixture.store().fetch(&[want(b"small", server.url("/x"))]));
    assert!(kind == Kind::Mismatch && text.contains("1000000000 bytes long instead of 5"), "{text}");
    let (kind, _) = failure(fixture.store().download_unpinned(&server.url("/x"), &[], ByteSize::bytes(1000)));
    assert_eq!(kind, Kind::Unavailable);
}

#[test]
fn files_of_this_machine_are_sources_even_offline() {
    let fixture = Fixture::new();
    let path = fixture.directory.path().join("a file");
    fs_err::write(&path, "good").unwrap();
    let url = format!("file://{}", path.display().to_string().replace(' ', "%20"));
    assert_eq!(fixture.offline().fetch(&[want(b"good", url)]).unwrap().downloaded, 1);
    fs_err::write(&path, "evil").unwrap();
    let store = fixture.offline();
    let (kind, _) = failure(store.fetch(&[want(b"fine", path.to_str().unwrap())]));
    assert_eq!(kind, Kind::Mismatch);
    let directory = want(b"fine", fixture.directory.path().to_str().unwrap());
    let (kind, text) = failure(store.fetch(&[directory, want(b"none", "/no/such/file")]));
    assert!(kind == Kind::Unavailable && text.contains("no regular file"), "{text}");
}

#[test]
fn offline_asks_nobody() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    let error = fixture.offline().fetch(&[want(b"good", server.url("/x"))]).unwrap_err();
    assert_eq!(fault(&error).unwrap().kind, Kind::Unavailable);
    assert!(error.to_string().contains("--offline"), "{error}");
    assert!(crate::error::hint(&error).unwrap().contains("imgbuild fetch"));
    assert!(server.requests().is_empty());
}

#[test]
fn what_has_no_digest_yet_gets_one() {
    let (fixture, bytes) = (Fixture::new(), content(70_000));
    let server = Server::of(&bytes);
    let found = fixture.store().download_unpinned(&server.url("/x"), &[], ByteSize::mib(1)).unwrap();
    assert_eq!(found, (Sha256::of(&bytes), 70_000));
    assert_eq!(fs_err::read(fixture.offline().file(&found.0).unwrap()).unwrap(), bytes);
}

#[test]
fn no_source_at_all_is_an_error_with_a_hint() {
    let lost = Want { sources: Vec::new(), ..want(b"x", "") };
    let error = Fixture::new().store().fetch(&[lost]).unwrap_err();
    assert!(error.to_string().contains("has no source") && crate::error::hint(&error).is_some(), "{error}");
}

#[test]
fn others_can_ask_for_headers_and_status() {
    let server = Server::start(|_, stream| empty(stream, "401 Unauthorized", &[("X-Realm", "r".into())]));
    let store = Fixture::new().store();
    let response = store.client().get(&server.url("/v2/"), &[("Accept", "text/x")], 0).unwrap();
    assert_eq!((response.status.as_u16(), response.header("x-realm")), (401, Some("r")));
    assert_eq!(server.requests()[0].header("accept"), Some("text/x"));
    assert!(server.requests()[0].header("user-agent").unwrap().starts_with("imgbuild/"));
    assert!(response.success().is_err_and(|fault| fault.message.contains("401")));
}
