//! TLS in front of a server of these tests, by an authority that no machine trusts.

use crate::support::server::Server;
use crate::support::tool;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
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
        make_certificates(folder);
        let config = configuration(folder);
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

/// An authority in `ca.pem` and a server certificate for localhost in `server.pem`, with its key in `server.key`.
fn make_certificates(folder: &Path) {
    let script = "
        export OPENSSL_CONF=/dev/null
        openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=throwaway -days 2 -keyout ca.key -out ca.pem \
            -config /dev/stdin <<-END
        [req]
        distinguished_name=name
        x509_extensions=ca
        [name]
        [ca]
        basicConstraints=critical,CA:TRUE
        END
        openssl req -new -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr \
            -config /dev/stdin <<-END
        [req]
        distinguished_name=name
        [name]
        END
        printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' >extensions
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 2 \
            -extfile extensions -out server.pem";
    let script = script.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    std::fs::create_dir_all(folder).unwrap();
    tool("sh", &["-euc", &format!("cd {}\n{script}", folder.display())]);
}

fn configuration(folder: &Path) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
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
