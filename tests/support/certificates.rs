//! A server certificate by an authority that no machine trusts, for tests of the library and of the binary alike.

#![allow(clippy::disallowed_methods)] // tests start and look freely

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Makes an authority in `ca.pem` and a server certificate for localhost in `server.pem`, with its key in `server.key`.
pub fn make(folder: &Path) {
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
    let output = Command::new("sh").args(["-euc", &script]).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "this test needs `openssl`: apt-get install openssl\n{said}");
}

/// How a server speaks that has the certificate in `folder`.
pub fn configuration(folder: &Path) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_file(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let builder =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}
