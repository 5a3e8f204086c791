//! Blobs that change under the store, and bytes that imgbuild adds itself.

use super::server::Server;
use super::*;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn a_damaged_blob_is_refused_moved_away_and_fetched_again() {
    let (fixture, server) = (Fixture::new(), Server::of(b"good"));
    let wants = [want(b"good", server.url("/x"))];
    let digest = Sha256::of("good");
    fixture.store().fetch(&wants).unwrap();
    fixture.damage(b"good", b"evil");
    let store = fixture.store();
    let (kind, text) = failure(store.file(&digest));
    assert!(kind == Kind::Mismatch && text.contains("no longer has its digest"), "{text}");
    let corrupt = fixture.directory.path().join("store/corrupt").join(digest.to_string());
    assert_eq!(fs_err::read(corrupt).unwrap(), b"evil");
    assert_eq!(failure(store.file(&digest)).0, Kind::Unavailable);
    assert_eq!(store.fetch(&wants).unwrap().downloaded, 1);
    assert_eq!(fs_err::read(store.file(&digest).unwrap()).unwrap(), b"good");
}

#[test]
fn fetch_finds_damage_by_itself() {
    for damaged in [&b"evil"[..], b"", b"good and more"] {
        let (fixture, server) = (Fixture::new(), Server::of(b"good"));
        let wants = [want(b"good", server.url("/x"))];
        fixture.store().fetch(&wants).unwrap();
        fixture.damage(b"good", damaged);
        assert_eq!(failure(fixture.offline().fetch(&wants)).0, Kind::Unavailable);
        assert!(!fixture.store().contains(&Sha256::of("good")));
        assert_eq!(fixture.store().fetch(&wants).unwrap().downloaded, 1);
        assert_eq!(fs_err::read(fixture.store().file(&Sha256::of("good")).unwrap()).unwrap(), b"good");
    }
}

#[test]
fn an_emptied_blob_is_not_there() {
    let fixture = Fixture::new();
    let (digest, _) = fixture.store().insert(&mut &b"good"[..], 10).unwrap();
    fixture.damage(b"good", b"");
    assert!(!fixture.store().contains(&digest));
    assert_eq!(failure(fixture.store().file(&digest)).0, Kind::Mismatch);
}

#[test]
fn the_empty_file_is_a_blob_like_others() {
    let (fixture, server) = (Fixture::new(), Server::of(b""));
    assert_eq!(fixture.store().fetch(&[want(b"", server.url("/x"))]).unwrap().downloaded, 1);
    assert!(fixture.store().contains(&Sha256::of("")));
    assert!(fixture.store().file(&Sha256::of("")).is_ok());
}

#[test]
fn inserted_bytes_are_blobs_and_read_only() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let inserted = store.insert(&mut &b"mine"[..], 4).unwrap();
    assert_eq!(inserted, (Sha256::of("mine"), 4));
    assert_eq!(store.insert(&mut &b"mine"[..], 4).unwrap(), inserted);
    let path = store.file(&inserted.0).unwrap();
    assert_eq!(fs_err::metadata(path).unwrap().permissions().mode() & 0o7777, 0o444);
    assert_eq!(fixture.partials(), 0);
}

#[test]
fn inserting_repairs_a_damaged_blob() {
    let fixture = Fixture::new();
    fixture.store().insert(&mut &b"mine"[..], 4).unwrap();
    fixture.damage(b"mine", b"evil");
    fixture.store().insert(&mut &b"mine"[..], 4).unwrap();
    assert!(fixture.store().file(&Sha256::of("mine")).is_ok());
}

#[test]
fn too_much_is_not_inserted() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let (kind, text) = failure(store.insert(&mut std::io::repeat(0), 1000));
    assert!(kind == Kind::Input && text.contains("1000 bytes"), "{text}");
    assert!(!store.contains(&Sha256::of([0; 1001])) && !store.contains(&Sha256::of([0; 1000])));
}

#[test]
fn what_a_killed_insert_left_is_used_again() {
    let fixture = Fixture::new();
    let store = fixture.store();
    let slot = fixture.directory.path().join("store/partial/scratch-0");
    fs_err::write(&slot, "left by a killed run").unwrap();
    store.insert(&mut &b"mine"[..], 4).unwrap();
    assert!(store.file(&Sha256::of("mine")).is_ok());
    assert!(!slot.exists());
}
