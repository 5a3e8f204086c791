//! `--artifact-mirror`, as a directory and as a base URL.

use super::server::Server;
use super::*;

fn with_mirror(fixture: &Fixture, mirror: &str, offline: bool) -> Store {
    let context = Context { artifact_mirror: Some(mirror.into()), offline, ..fixture.context.clone() };
    Store::open_with(&context, settings()).unwrap()
}

#[test]
fn a_directory_stands_in_for_upstream_even_offline() {
    let fixture = Fixture::new();
    let mirror = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(mirror.path().join("dl.example.org/a")).unwrap();
    fs_err::write(mirror.path().join("dl.example.org/a/b c"), "good").unwrap();
    let store = with_mirror(&fixture, mirror.path().to_str().unwrap(), true);
    let upstream = "https://dl.example.org/a/b%20c?x=1";
    assert_eq!(store.fetch(&[want(b"good", upstream)]).unwrap().downloaded, 1);
    let found = store.download_unpinned(upstream, &[], ByteSize::bytes(4)).unwrap();
    assert_eq!(found, (Sha256::of("good"), 4));
}

#[test]
fn what_the_mirror_lacks_is_named_by_its_place_there() {
    let (fixture, mirror) = (Fixture::new(), tempfile::tempdir().unwrap());
    let store = with_mirror(&fixture, mirror.path().to_str().unwrap(), false);
    let (kind, text) = failure(store.fetch(&[want(b"good", "https://dl.example.org/a")]));
    let place = mirror.path().join("dl.example.org/a");
    assert!(kind == Kind::Unavailable && text.contains(place.to_str().unwrap()), "{text}");
}

#[test]
fn a_base_url_stands_in_for_upstream_but_not_for_other_mirrors() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    let store = with_mirror(&fixture, &server.url("/base/"), false);
    store.fetch(&[want(b"good", "https://dl.example.org:8443/a/b?x=1")]).unwrap();
    let debian = Server::of(b"deb");
    store.fetch(&[Want { redirect: false, ..want(b"deb", debian.url("/pool/x.deb")) }]).unwrap();
    let targets = |server: &Server| server.requests().into_iter().map(|r| r.target).collect::<Vec<_>>();
    assert_eq!(targets(&server), ["/base/dl.example.org:8443/a/b"]);
    assert_eq!(targets(&debian), ["/pool/x.deb"]);
}

#[test]
fn a_url_cannot_leave_the_directory() {
    let (fixture, outside) = (Fixture::new(), tempfile::tempdir().unwrap());
    fs_err::write(outside.path().join("secret"), "good").unwrap();
    let mirror = outside.path().join("mirror");
    fs_err::create_dir_all(mirror.join("dl.example.org")).unwrap();
    let store = with_mirror(&fixture, mirror.to_str().unwrap(), true);
    for path in ["../../secret", "%2e%2e/%2E./secret", "..%2f..%2fsecret"] {
        let (kind, text) = failure(store.fetch(&[want(b"good", format!("https://dl.example.org/{path}"))]));
        assert!(kind == Kind::Input && text.contains("artifact mirror"), "{text}");
    }
}
