//! The file of the first control plane: `InitConfiguration`, `ClusterConfiguration`, `KubeletConfiguration`.

use super::cluster::ClusterConfiguration;
use super::kubelet::KubeletConfiguration;
use super::node::{ApiEndpoint, NodeRegistration, TypeMeta};
use super::patches::Patches;
use super::timeouts::{Timeouts, go_duration};
use super::yaml::Documents;
use super::{Member, Scope, Token};
use crate::Result;
use crate::cluster::Host;
use serde::Serialize;

/// Lets whoever has a token read the cluster's configuration and ask for a client certificate.
const GROUP: &str = "system:bootstrappers:kubeadm:default-node-token";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitConfiguration {
    #[serde(flatten)]
    kind: TypeMeta,
    bootstrap_tokens: Vec<BootstrapToken>,
    node_registration: NodeRegistration,
    #[serde(rename = "localAPIEndpoint")]
    local_api_endpoint: ApiEndpoint,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patches: Option<Patches>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeouts: Option<Timeouts>,
}

#[derive(Serialize)]
struct BootstrapToken {
    token: String,
    description: String,
    ttl: String,
    usages: [&'static str; 2],
    groups: [&'static str; 1],
}

/// The file with which `host` initialises the cluster and makes `tokens` known to it.
pub fn documents(
    scope: &Scope,
    host: &Host,
    tokens: &[Token],
    certificate_key: Option<&str>,
) -> Result<String> {
    let documents = Documents::default()
        .with(&init(scope, host, tokens, certificate_key)?)?
        .with(&ClusterConfiguration::of(scope))?
        .with(&KubeletConfiguration::of(scope))?;
    Ok(documents.finish())
}

fn init(
    scope: &Scope,
    host: &Host,
    tokens: &[Token],
    certificate_key: Option<&str>,
) -> Result<InitConfiguration> {
    Ok(InitConfiguration {
        kind: TypeMeta::kubeadm(scope, "InitConfiguration"),
        bootstrap_tokens: tokens.iter().map(|token| BootstrapToken::of(scope, token)).collect(),
        node_registration: NodeRegistration::of(scope, Member::Host(host))?,
        local_api_endpoint: ApiEndpoint::of(scope, host.address),
        certificate_key: certificate_key.map(str::to_owned),
        patches: Patches::of(scope, true)?,
        timeouts: Timeouts::of(scope.version()),
    })
}

impl BootstrapToken {
    fn of(scope: &Scope, token: &Token) -> Self {
        Self {
            token: token.token.to_owned(),
            description: token.description.to_owned(),
            ttl: go_duration(scope.cluster.token_lifetime),
            usages: ["signing", "authentication"],
            groups: [GROUP],
        }
    }
}
