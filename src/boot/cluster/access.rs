//! The way into a cluster that was made here: a client certificate from its CA, and the kubeconfig with it.

use crate::secrets::Secrets;
use crate::{Result, atomic};
use base64ct::{Base64, Encoding as _};
use serde::Serialize;
use std::path::Path;

/// A name that every API server's certificate has, whatever its addresses are.
pub const SERVER_NAME: &str = "kubernetes";
const NAME: &str = "imgbuild";

/// What a client shows and trusts; all of it PEM.
pub struct Access {
    /// The cluster's CA.
    pub authority: String,
    /// The client's certificate.
    pub certificate: String,
    /// Its key: a secret.
    pub key: String,
}

impl Access {
    /// A new one for an administrator of the cluster with these secrets.
    pub fn to(secrets: &Secrets) -> Result<Self> {
        let client = secrets.administrator(NAME)?;
        Ok(Self {
            authority: secrets.ca_certificate().to_owned(),
            certificate: client.certificate,
            key: client.key.expose().to_owned(),
        })
    }

    /// Certificate and key in one text.
    pub fn identity_pem(&self) -> String {
        format!("{}{}", self.key, self.certificate)
    }

    /// Writes a kubeconfig for the API behind `port` of 127.0.0.1, readable by its owner alone.
    pub fn write_kubeconfig(&self, path: &Path, cluster: &str, port: u16) -> Result<()> {
        let text = serde_yaml::to_string(&self.kubeconfig(cluster, port))?;
        atomic::write_with_mode(path, 0o600, text)
    }

    fn kubeconfig(&self, cluster: &str, port: u16) -> Config {
        let server = Server {
            url: format!("https://127.0.0.1:{port}"),
            tls_server_name: SERVER_NAME,
            certificate_authority_data: Base64::encode_string(self.authority.as_bytes()),
        };
        let user = User {
            client_certificate_data: Base64::encode_string(self.certificate.as_bytes()),
            client_key_data: Base64::encode_string(self.key.as_bytes()),
        };
        let context = Context { cluster: cluster.to_owned(), user: NAME };
        Config {
            api_version: "v1",
            kind: "Config",
            clusters: [NamedCluster { name: cluster.to_owned(), cluster: server }],
            users: [NamedUser { name: NAME, user }],
            contexts: [NamedContext { name: cluster.to_owned(), context }],
            current_context: cluster.to_owned(),
        }
    }
}

/// A kubeconfig (`k8s.io/client-go/tools/clientcmd/api/v1`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    api_version: &'static str,
    kind: &'static str,
    clusters: [NamedCluster; 1],
    users: [NamedUser; 1],
    contexts: [NamedContext; 1],
    #[serde(rename = "current-context")]
    current_context: String,
}

#[derive(Serialize)]
struct NamedCluster {
    name: String,
    cluster: Server,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Server {
    #[serde(rename = "server")]
    url: String,
    tls_server_name: &'static str,
    certificate_authority_data: String,
}

#[derive(Serialize)]
struct NamedUser {
    name: &'static str,
    user: User,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct User {
    client_certificate_data: String,
    client_key_data: String,
}

#[derive(Serialize)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Serialize)]
struct Context {
    cluster: String,
    user: &'static str,
}
