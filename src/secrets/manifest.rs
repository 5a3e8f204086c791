//! Bootstrap tokens for a cluster that runs already: `kubectl apply -f -`.

use super::{Secrets, Token};
use crate::Result;
use crate::cluster::Role;
use crate::oci::rfc3339;
use serde::Serialize;
use std::time::Duration;

/// A `Secret` that the API server takes for a bootstrap token (`k8s.io/cluster-bootstrap/token/api`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    #[serde(rename = "type")]
    kind_of_secret: &'static str,
    string_data: Data<'a>,
}

#[derive(Serialize)]
struct Metadata {
    name: String,
    namespace: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Data<'a> {
    description: String,
    token_id: &'a str,
    token_secret: &'a str,
    expiration: String,
    usage_bootstrap_authentication: &'static str,
    usage_bootstrap_signing: &'static str,
    auth_extra_groups: &'static str,
}

impl Secrets {
    /// The newest token of each role as YAML documents for a running cluster, so that hosts rendered with them
    /// can join it; they expire `lifetime` after they were made. The text holds the tokens.
    pub fn token_manifests(&self, lifetime: Duration) -> Result<String> {
        let roles = [Role::ControlPlane, Role::Worker];
        roles.into_iter().map(|role| manifest(self.token_for(role), lifetime)).collect()
    }
}

fn manifest(token: &Token, lifetime: Duration) -> Result<String> {
    let (id, secret) = token.parts().unwrap_or_default();
    let hosts = if token.role == Role::ControlPlane { "control planes" } else { "workers" };
    let manifest = Manifest {
        api_version: "v1",
        kind: "Secret",
        metadata: Metadata { name: format!("bootstrap-token-{id}"), namespace: "kube-system" },
        kind_of_secret: "bootstrap.kubernetes.io/token",
        string_data: Data {
            description: format!("imgbuild: {hosts}"),
            token_id: id,
            token_secret: secret,
            expiration: rfc3339::utc(token.made + lifetime.as_secs()),
            usage_bootstrap_authentication: "true",
            usage_bootstrap_signing: "true",
            auth_extra_groups: "system:bootstrappers:kubeadm:default-node-token",
        },
    };
    Ok(format!("---\n{}", serde_yaml::to_string(&manifest)?))
}
