//! A moto server on 127.0.0.1, and the foreign programs that look at it.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The folder of the Python environment of `scripts/e2e-aws.sh`.
pub fn venv() -> PathBuf {
    let venv = std::env::var_os("IMGBUILD_TEST_VENV");
    venv.unwrap_or_else(|| panic!("IMGBUILD_TEST_VENV is not set; `make e2e-aws` sets it")).into()
}

/// A running server; it ends with the value.
pub struct Moto {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
}

impl Moto {
    /// Starts one and waits until it answers.
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(venv().join("bin/moto_server"));
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let moto = Self { child: command.spawn().unwrap(), address: format!("127.0.0.1:{port}") };
        let limit = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(&moto.address).is_err() {
            assert!(Instant::now() < limit, "moto_server does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        moto
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// AMIs and snapshots of the account in `region`.
    pub fn account(&self, region: &str) -> serde_json::Value {
        python("account.py", &[&self.url(), region])
    }

    /// Writes what `snapshot` holds over `file`; says which blocks it has.
    pub fn read(&self, snapshot: &str, file: &Path) -> Vec<u32> {
        let read = python("read_snapshot.py", &[&self.url(), snapshot, file.to_str().unwrap()]);
        serde_json::from_value(read).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a script beside this file prints.
#[track_caller]
pub fn python(script: &str, arguments: &[&str]) -> serde_json::Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aws").join(script);
    let python = venv().join("bin/python");
    let mut all = vec!["-B", script.to_str().unwrap()]; // no compiled code beside the sources
    all.extend(arguments);
    serde_json::from_str(&crate::support::tool(python.to_str().unwrap(), &all)).unwrap()
}
