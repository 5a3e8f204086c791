//! A full disk: a small tmpfs in a mount namespace of its own.

use super::server::Server;
use super::*;
use crate::environment::variable;
use crate::process::Tool;

const CACHE: &str = "IMGBUILD_TEST_CACHE";

/// What runs where the cache is 256 KiB large.
#[test]
#[ignore = "the process that `a_full_disk_is_said_and_nothing_half_is_left` starts"]
fn child() {
    let Some(cache) = variable(CACHE) else { return };
    let bytes = content(1_000_000);
    let server = Server::of(&bytes);
    let store = Store::open_with(&context(cache.as_ref()), settings()).unwrap();
    let fetched = store.fetch(&[want(&bytes, server.url("/x"))]).unwrap_err();
    assert_eq!(server.requests().len(), 1, "a full disk is not the server's fault");
    fs_err::remove_file(std::path::Path::new(&cache).join(format!("store/partial/{}", Sha256::of(&bytes))))
        .unwrap();
    let inserted = store.insert(&mut &bytes[..], 1 << 30).unwrap_err();
    for error in [fetched, inserted] {
        let text = format!("{error:#}");
        assert!(text.contains("No space left on device"), "{text}");
        assert!(crate::error::hint(&error).unwrap().contains("free some space"), "{text}");
    }
    assert!(!store.contains(&Sha256::of(&bytes)));
}

#[test]
fn a_full_disk_is_said_and_nothing_half_is_left() {
    let directory = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=256k none \"$0\" && exec \"$@\"";
    let output = Tool::new("unshare")
        .args(["-rm", "sh", "-c", script])
        .arg(directory.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::disk::child", "--ignored", "--nocapture"])
        .env(CACHE, directory.path())
        .text()
        .unwrap();
    assert!(output.contains("1 passed"), "{output}");
}
