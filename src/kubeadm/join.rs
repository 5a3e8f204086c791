//! The file of every other host: `JoinConfiguration`. The cluster's CA is always pinned.

use super::node::{ApiEndpoint, NodeRegistration, TypeMeta};
use super::patches::Patches;
use super::timeouts::{DISCOVERY, Timeouts, go_duration};
use super::yaml::Documents;
use super::{Credentials, Member, Scope};
use crate::Result;
use crate::cluster::Role;
use crate::kube::quirks;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JoinConfiguration {
    #[serde(flatten)]
    kind: TypeMeta,
    discovery: Discovery,
    node_registration: NodeRegistration,
    #[serde(skip_serializing_if = "Option::is_none")]
    control_plane: Option<ControlPlane>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patches: Option<Patches>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeouts: Option<Timeouts>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Discovery {
    bootstrap_token: BootstrapTokenDiscovery,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BootstrapTokenDiscovery {
    api_server_endpoint: String,
    token: String,
    ca_cert_hashes: [String; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ControlPlane {
    #[serde(rename = "localAPIEndpoint")]
    local_api_endpoint: ApiEndpoint,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_key: Option<String>,
}

/// The file with which `member` joins.
pub fn document(scope: &Scope, member: Member, credentials: &Credentials) -> Result<String> {
    let document = JoinConfiguration {
        kind: TypeMeta::kubeadm(scope, "JoinConfiguration"),
        discovery: Discovery::of(scope, credentials),
        node_registration: NodeRegistration::of(scope, member)?,
        control_plane: control_plane(scope, member, credentials),
        patches: Patches::of(scope, member.is_control_plane())?,
        timeouts: Timeouts::of(scope.version()),
    };
    Ok(Documents::default().with(&document)?.finish())
}

impl Discovery {
    fn of(scope: &Scope, credentials: &Credentials) -> Self {
        let timeout = !quirks::kubeadm_has_timeouts(scope.version());
        Self {
            bootstrap_token: BootstrapTokenDiscovery {
                api_server_endpoint: scope.endpoint(),
                token: credentials.token.to_owned(),
                ca_cert_hashes: [credentials.ca_cert_hash.to_owned()],
            },
            timeout: timeout.then(|| go_duration(DISCOVERY)),
        }
    }
}

fn control_plane(scope: &Scope, member: Member, credentials: &Credentials) -> Option<ControlPlane> {
    let Member::Host(host) = member else { return None };
    (host.role == Role::ControlPlane).then(|| ControlPlane {
        local_api_endpoint: ApiEndpoint::of(scope, host.address),
        certificate_key: credentials.certificate_key.map(str::to_owned),
    })
}
