//! TLS in front of a server of these tests, by an authority that no machine trusts.

#[path = "../support/certificates.rs"]
pub mod certificates;

use crate::support::server::Server;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Error, Read as _, Result, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Hands each request to a plain server; it ends with the process.
pub struct Tls {
    port: u16,
    authority: PathBuf,
}

impl Tls {
    /// In front of `server`; its certificates are made in `folder`.
    pub fn before(server: &Server, folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        certificates::make(folder);
        let config = certificates::configuration(folder);
        let to = server.url().replace("http://", "");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for tcp in listener.incoming() {
                let (config, to) = (config.clone(), to.clone());
                // a client that does not trust us goes away, which is no fault of the server
                std::thread::spawn(move || tcp.and_then(|tcp| forward(tcp, config, &to)));
            }
        });
        Self { port, authority: folder.join("ca.pem") }
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The certificate of its authority.
    pub fn authority(&self) -> &str {
        self.authority.to_str().unwrap()
    }
}

/// One request and its answer.
fn forward(tcp: TcpStream, config: Arc<ServerConfig>, to: &str) -> Result<()> {
    let connection = ServerConnection::new(config).map_err(Error::other)?;
    let mut tls = StreamOwned::new(connection, tcp);
    let mut head = Vec::new();
    let mut byte = [0_u8; 1];
    while !head.ends_with(b"\r\n\r\n") {
        tls.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let mut plain = TcpStream::connect(to)?;
    plain.write_all(&head)?;
    std::io::copy(&mut plain, &mut tls)?;
    tls.conn.send_close_notify();
    tls.flush()
}
