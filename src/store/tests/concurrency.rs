//! Two runs over one cache directory. `flock` belongs to an open file, so two stores in one process stand
//! for two processes.

use super::server::{Server, ok};
use super::*;

#[test]
fn two_runs_download_the_same_thing_once() {
    let (fixture, bytes) = (Fixture::new(), content(200_000));
    let whole = bytes.clone();
    let server = Server::start(move |_, stream| {
        std::thread::sleep(Duration::from_millis(200));
        ok(stream, &whole)
    });
    let wants = [want(&bytes, server.url("/x"))];
    let (one, two) = (fixture.store(), fixture.store());
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| one.fetch(&wants).unwrap());
        let second = scope.spawn(|| two.fetch(&wants).unwrap());
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!((first.downloaded + second.downloaded, first.reused + second.reused), (1, 1));
    assert_eq!((server.requests().len(), fixture.partials()), (1, 0));
}

#[test]
fn a_run_takes_over_from_one_that_failed() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let (begun, begins) = std::sync::mpsc::channel();
    let broken = Server::start(move |_, _| {
        let _ = begun.send(());
        std::thread::sleep(Duration::from_millis(300));
        Ok(())
    });
    let good = Server::of(&bytes);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| fixture.hasty().fetch(&[want(&bytes, broken.url("/x"))]));
        begins.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(fixture.store().fetch(&[want(&bytes, good.url("/x"))]).unwrap().downloaded, 1);
        assert!(first.join().unwrap().is_err());
    });
}

#[test]
fn many_threads_insert_and_read_the_same_bytes() {
    let fixture = Fixture::new();
    let bytes = content(50_000);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let store = fixture.store();
                for _ in 0..5 {
                    let (digest, _) = store.insert(&mut &bytes[..], 1 << 20).unwrap();
                    assert_eq!(fs_err::read(store.file(&digest).unwrap()).unwrap(), bytes);
                }
            });
        }
    });
    assert_eq!(fixture.partials(), 0);
}

#[test]
fn two_runs_that_find_the_same_damage_repair_it_once() {
    let (fixture, bytes) = (Fixture::new(), content(100_000));
    let server = Server::of(&bytes);
    let wants = [want(&bytes, server.url("/x"))];
    fixture.store().fetch(&wants).unwrap();
    fixture.damage(&bytes, b"evil");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fixture.store().fetch(&wants).unwrap());
        }
    });
    assert_eq!(server.requests().len(), 2);
    assert!(fixture.store().file(&Sha256::of(&bytes)).is_ok());
}
