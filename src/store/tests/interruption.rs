//! Downloads that stop half-way, and servers that stall.

use super::server::{Server, empty, head, ok, ranged, truncated};
use super::*;
use crate::environment::Stopwatch;

/// Leaves the first 40 000 bytes of `bytes` as an interrupted run does.
fn interrupted(fixture: &Fixture, bytes: &[u8]) {
    let whole = bytes.to_vec();
    let server = Server::start(move |_, stream| truncated(stream, &whole, 40_000));
    let (kind, text) = failure(fixture.hasty().fetch(&[want(bytes, server.url("/x"))]));
    assert!(kind == Kind::Unavailable && text.contains("broke off after 40000 bytes"), "{text}");
    assert_eq!(fs_err::read(fixture.partial(bytes)).unwrap(), &bytes[..40_000]);
    assert!(!fixture.store().contains(&Sha256::of(bytes)));
}

#[test]
fn a_truncated_download_is_resumed_at_once() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let whole = bytes.clone();
    let server = Server::start(move |request, stream| match request.index {
        0 => truncated(stream, &whole, 40_000),
        _ => ranged(request, stream, &whole),
    });
    let fetched = fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap();
    assert_eq!(fetched.bytes, 100_000);
    assert_eq!(server.requests()[1].range(), Some(40_000));
}

#[test]
fn what_has_no_digest_yet_is_not_pieced_together() {
    let (fixture, new) = (Fixture::new(), vec![1; 100_000]);
    let whole = new.clone();
    let server = Server::start(move |request, stream| match request.index {
        0 => truncated(stream, &[0; 10_000], 4_000),
        _ => ranged(request, stream, &whole),
    });
    let found = fixture.store().download_unpinned(&server.url("/x"), &[], ByteSize::mib(1)).unwrap();
    assert_eq!(found, (Sha256::of(&new), 100_000));
}

#[test]
fn the_next_run_resumes() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    interrupted(&fixture, &bytes);
    let server = Server::of(&bytes);
    let fetched = fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap();
    assert_eq!(fetched, Fetched { downloaded: 1, bytes: 60_000, reused: 0 });
    assert_eq!(server.requests()[0].range(), Some(40_000));
    assert_eq!(fs_err::read(fixture.offline().file(&Sha256::of(&bytes)).unwrap()).unwrap(), bytes);
}

#[test]
fn the_next_run_resumes_from_a_file_too() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    interrupted(&fixture, &bytes);
    let path = fixture.directory.path().join("x");
    fs_err::write(&path, &bytes).unwrap();
    assert_eq!(fixture.offline().fetch(&[want(&bytes, path.to_str().unwrap())]).unwrap().bytes, 60_000);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    interrupted(&fixture, &bytes);
    let whole = bytes.clone();
    let server = Server::start(move |_, stream| ok(stream, &whole));
    assert_eq!(fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap().bytes, 100_000);
}

/// Answers requests with a range by `status` and `content_range`, others well.
fn confused(bytes: &[u8], status: &'static str, content_range: &'static str) -> Server {
    let whole = bytes.to_vec();
    Server::start(move |request, stream| match request.range() {
        None => ok(stream, &whole),
        Some(_) if content_range.is_empty() => empty(stream, status, &[]),
        Some(_) => empty(stream, status, &[("Content-Range", content_range.into())]),
    })
}

#[test]
fn a_range_that_was_not_asked_for_is_not_appended() {
    let bytes = content(100_000);
    for (status, range) in [
        ("206 Partial Content", "bytes 0-99999/100000"),
        ("206 Partial Content", "bytes 40001-99999/100000"),
        ("206 Partial Content", "nonsense"),
        ("206 Partial Content", ""),
        ("416 Range Not Satisfiable", "bytes */100000"),
        ("416 Range Not Satisfiable", "bytes 40000-99999/100000"),
    ] {
        let fixture = Fixture::new();
        interrupted(&fixture, &bytes);
        let server = confused(&bytes, status, range);
        assert_eq!(
            fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap().bytes,
            100_000,
            "{range}"
        );
    }
}

#[test]
fn a_partial_answer_to_a_whole_question_is_refused() {
    let fixture = Fixture::new();
    let server = Server::start(|_, stream| {
        head(stream, "206 Partial Content", &[("Content-Length", "4".into())])?;
        stream.write_all(b"good")
    });
    let (kind, text) = failure(fixture.store().fetch(&[want(b"good", server.url("/x"))]));
    assert!(kind == Kind::Unavailable && text.contains("206"), "{text}");
}

#[test]
fn a_damaged_partial_file_only_costs_a_second_download() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let server = Server::of(&bytes);
    drop(fixture.store());
    fs_err::write(fixture.partial(&bytes), vec![0; 30_000]).unwrap();
    let fetched = fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap();
    assert_eq!((fetched.bytes, server.requests().len()), (70_000 + 100_000, 2));
}

#[test]
fn a_partial_file_that_is_too_long_is_dropped() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let server = Server::of(&bytes);
    for length in [100_000, 100_001, 200_000] {
        let fixture = Fixture::new();
        drop(fixture.store());
        fs_err::write(fixture.partial(&bytes), vec![0; length]).unwrap();
        assert_eq!(fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap().bytes, 100_000);
    }
    assert!(server.requests().iter().all(|request| request.range().is_none()));
    drop(fixture);
}

#[test]
fn a_partial_file_that_is_complete_needs_no_source() {
    for size in [Some(100_000), None] {
        let (fixture, bytes) = (Fixture::new(), content(100_000));
        drop(fixture.store());
        fs_err::write(fixture.partial(&bytes), &bytes).unwrap();
        let whole = Want { size, ..want(&bytes, "http://127.0.0.1:9/x") };
        let fetched = fixture.offline().fetch(&[whole]).unwrap();
        assert_eq!(fetched, Fetched { downloaded: 1, bytes: 0, reused: 0 });
    }
}

#[test]
fn a_download_that_always_ends_early_is_given_up() {
    let (fixture, bytes) = (Fixture::new(), content(1000));
    let (announced, closed) = (bytes.clone(), bytes.clone());
    let server = Server::start(move |_, stream| truncated(stream, &announced, 500));
    let (kind, text) = failure(fixture.store().fetch(&[want(&bytes, server.url("/x"))]));
    assert!(kind == Kind::Unavailable && text.contains("broke off after 500 bytes"), "{text}");
    assert_eq!(server.requests().len(), 3);
    let server = Server::start(move |_, stream| {
        head(stream, "200 OK", &[])?;
        stream.write_all(&closed[..500])
    });
    let (kind, text) = failure(Fixture::new().store().fetch(&[want(&bytes, server.url("/x"))]));
    assert!(kind == Kind::Unavailable && text.contains("ended after 500 of 1000 bytes"), "{text}");
}

#[test]
fn a_download_that_gets_no_further_is_given_up_however_much_comes_each_time() {
    let (fixture, bytes) = (Fixture::new(), vec![7_u8; 3 << 20]);
    let (whole, sent) = (bytes.clone(), usize::try_from(transfer::GOOD_TRY).unwrap() + 1);
    let server = Server::start(move |_, stream| truncated(stream, &whole, sent));
    let store = fixture.store();
    let (kind, text) = failure(store.download_unpinned(&server.url("/x"), &[], ByteSize::mib(4)));
    assert!(kind == Kind::Unavailable && text.contains(&format!("after {sent} bytes")), "{text}");
    assert_eq!(server.requests().len(), 3);
    let (kind, _) = failure(store.fetch(&[want(&bytes, server.url("/x"))]));
    assert_eq!((kind, server.requests().len()), (Kind::Unavailable, 6));
}

#[test]
fn a_long_download_that_often_breaks_off_gets_through() {
    let (fixture, bytes) = (Fixture::new(), content(5 << 20));
    let (whole, sent) = (bytes.clone(), usize::try_from(transfer::GOOD_TRY).unwrap());
    let server = Server::start(move |request, stream| match request.range() {
        None => truncated(stream, &whole, sent),
        Some(first) => {
            let range = format!("bytes {first}-{}/{}", whole.len() - 1, whole.len());
            let length = (whole.len() - first).to_string();
            head(stream, "206 Partial Content", &[("Content-Range", range), ("Content-Length", length)])?;
            stream.write_all(&whole[first..whole.len().min(first + sent)])
        }
    });
    let fetched = fixture.store().fetch(&[want(&bytes, server.url("/x"))]).unwrap();
    assert_eq!((fetched.bytes, server.requests().len()), (5 << 20, 5));
}

#[test]
fn servers_that_stall_or_trickle_are_given_up_in_bounded_time() {
    let server = Server::start(|request, stream| {
        match request.target.as_str() {
            "/silent" => {}
            "/stalls" => truncated(stream, &[0; 5], 3)?,
            _ => {
                head(stream, "200 OK", &[("Content-Length", "100000".into())])?;
                for _ in 0..400 {
                    stream.write_all(&[0])?;
                    stream.flush()?;
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
        std::thread::sleep(Duration::from_secs(20));
        Ok(())
    });
    let settings = Settings { read_timeout: Duration::from_millis(300), attempts: 2, ..settings() };
    for (path, bytes, reason) in
        [("/silent", 5, "timed out"), ("/stalls", 5, "timed out"), ("/trickles", 100_000, "bytes came in")]
    {
        let fixture = Fixture::new();
        let store = Store::open_with(&fixture.context, settings.clone()).unwrap();
        let watch = Stopwatch::new();
        let (kind, text) = failure(store.fetch(&[want(&content(bytes), server.url(path))]));
        assert!(kind == Kind::Unavailable && text.contains(reason), "{path}: {text}");
        assert!(watch.elapsed() < Duration::from_secs(10), "{path}: {:?}", watch.elapsed());
    }
}
