//! Runs that are killed with SIGKILL, at several points of a download.

use super::server::{Server, head, ranged};
use super::*;
use crate::environment::variable;
use crate::process::Tool;
use std::process::Stdio;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

const CACHE: &str = "IMGBUILD_TEST_CACHE";
const URL: &str = "IMGBUILD_TEST_URL";

fn bytes() -> Vec<u8> {
    content(3_000_000)
}

/// What the killed process does.
#[test]
#[ignore = "the process that `killed_at_any_point_nothing_wrong_is_trusted` starts and kills"]
fn child() {
    let (Some(cache), Some(url)) = (variable(CACHE), variable(URL)) else { return };
    let store = Store::open_with(&context(cache.as_ref()), settings()).unwrap();
    store.fetch(&[want(&bytes(), url)]).unwrap();
}

/// Tells `reached` when `point` bytes are sent, then waits a while before it goes on.
fn pausing(point: usize, reached: Sender<()>) -> Server {
    let (whole, reached) = (bytes(), Arc::new(Mutex::new(reached)));
    Server::start(move |request, stream| {
        if request.index > 0 {
            return ranged(request, stream, &whole);
        }
        head(stream, "200 OK", &[("Content-Length", whole.len().to_string())])?;
        stream.write_all(&whole[..point])?;
        stream.flush()?;
        let _ = reached.lock().unwrap().send(());
        if point < whole.len() {
            std::thread::sleep(Duration::from_secs(2));
        }
        stream.write_all(&whole[point..])
    })
}

#[test]
fn killed_at_any_point_nothing_wrong_is_trusted() {
    let all = bytes().len();
    // At the end it may be receiving, hashing, syncing or renaming, depending on the delay in ms.
    for (point, delay) in
        [(0, 0), (1, 50), (all / 2, 50), (all - 1, 50), (all, 0), (all, 2), (all, 5), (all, 10)]
    {
        let fixture = Fixture::new();
        let (sender, reached) = std::sync::mpsc::channel();
        let server = pausing(point, sender);
        let mut child = Tool::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::tests::killed::child", "--ignored"])
            .env(CACHE, &fixture.context.cache_dir)
            .env(URL, server.url("/x"))
            .spawn(Stdio::null(), Stdio::null(), Stdio::null())
            .unwrap();
        reached.recv_timeout(Duration::from_secs(30)).unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();

        let store = fixture.store();
        if store.contains(&Sha256::of(bytes())) {
            assert_eq!(fs_err::read(fixture.blob(&bytes())).unwrap(), bytes(), "{point} {delay}");
        }
        store.fetch(&[want(&bytes(), server.url("/x"))]).unwrap();
        assert_eq!(fs_err::read(store.file(&Sha256::of(bytes())).unwrap()).unwrap(), bytes());
        assert_eq!(fixture.partials(), 0, "{point} {delay}");
    }
}
