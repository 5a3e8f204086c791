//! Asking a cluster's API which nodes are Ready, through the port that leads to it.

use super::access::Access;
use crate::Result;
use crate::store::install_tls_provider;
use anyhow::Context as _;
use reqwest::blocking::Client;
use reqwest::{Certificate, Identity};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// An emulated API server that is busy with its own start answers slowly.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A cluster's API.
pub struct Api {
    client: Client,
    port: u16,
}

impl Api {
    /// That behind `port` of 127.0.0.1.
    pub fn new(access: &Access, port: u16) -> Result<Self> {
        install_tls_provider();
        let identity = Identity::from_pem(access.identity_pem().as_bytes())?;
        let client = Client::builder()
            .tls_certs_only([Certificate::from_pem(access.authority.as_bytes())?])
            .identity(identity)
            .resolve(super::access::SERVER_NAME, SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .timeout(TIMEOUT)
            .no_proxy()
            .build()
            .context("setting up a client of the cluster's API")?;
        Ok(Self { client, port })
    }

    /// Node names, and whether each is Ready.
    ///
    /// # Errors
    /// If the API does not answer, which is usual until the first control plane is up.
    pub fn nodes(&self) -> Result<BTreeMap<String, bool>> {
        let url = format!("https://{}:{}/api/v1/nodes", super::access::SERVER_NAME, self.port);
        let answer = self.client.get(url).send()?.error_for_status()?.text()?;
        let list: NodeList = serde_json::from_str(&answer).context("reading the cluster's nodes")?;
        Ok(list.items.into_iter().map(|node| (node.metadata.name, node.status.is_ready())).collect())
    }
}

#[derive(Deserialize)]
struct NodeList {
    items: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    metadata: Metadata,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    r#type: String,
    status: String,
}

impl Status {
    fn is_ready(&self) -> bool {
        self.conditions.iter().any(|condition| condition.r#type == "Ready" && condition.status == "True")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_ready_by_its_condition() {
        let ready = |conditions: &str| {
            let text = format!(r#"{{"metadata":{{"name":"a"}},"status":{{"conditions":{conditions}}}}}"#);
            serde_json::from_str::<Node>(&text).unwrap().status.is_ready()
        };
        assert!(ready(r#"[{"type":"DiskPressure","status":"False"},{"type":"Ready","status":"True"}]"#));
        assert!(!ready(r#"[{"type":"Ready","status":"Unknown"}]"#));
        assert!(!ready("[]"));
    }
}
