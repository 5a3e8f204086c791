//! A moto server on 127.0.0.1, and the foreign programs that look at it.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The folder of the Python environment with what `tests/aws/requirements.txt` names.
pub fn venv() -> PathBuf {
    std::env::var_os("IMGBUILD_TEST_VENV").map_or_else(|| super::python_folder("aws"), PathBuf::from)
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
        let program = venv().join("bin/moto_server");
        assert!(program.exists(), "`{}` is missing: `make test-tools` installs it", program.display());
        let mut command = Command::new(program);
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
        python("aws/account.py", &[&self.url(), region])
    }

    /// Writes what `snapshot` holds over `file`; says which blocks it has.
    pub fn read(&self, snapshot: &str, file: &Path) -> Vec<u32> {
        let read = python("aws/read_snapshot.py", &[&self.url(), snapshot, file.to_str().unwrap()]);
        serde_json::from_value(read).unwrap()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a script below `tests/` prints.
#[track_caller]
pub fn python(script: &str, arguments: &[&str]) -> serde_json::Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
    let python = venv().join("bin/python");
    let mut all = vec!["-B", script.to_str().unwrap()]; // no compiled code beside the sources
    all.extend(arguments);
    serde_json::from_str(&super::tool(python.to_str().unwrap(), &all)).unwrap()
}
