//! A moto server on 127.0.0.1, and the foreign programs that look at it.

use super::{python_program, python_script};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
        let program = python_program("aws", "python3");
        let mut command = Command::new(&program);
        command
            .args(["-B", &python_script("aws/moto_server.py"), &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = command.spawn();
        let child =
            started.unwrap_or_else(|error| panic!("`{program}`: {error}; `make test-tools` installs it"));
        let mut moto = Self { child, address: format!("127.0.0.1:{port}") };
        let limit = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(&moto.address).is_err() {
            let ended = moto.child.try_wait().unwrap();
            assert!(ended.is_none(), "moto ended ({ended:?}): `make test-tools` installs what it needs");
            assert!(Instant::now() < limit, "moto does not answer");
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

/// The JSON that `script`, named from `tests/`, prints where boto3 and moto are.
#[track_caller]
pub fn python(script: &str, arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&super::python("aws", script, arguments)).unwrap()
}
