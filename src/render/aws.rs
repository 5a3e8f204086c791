//! `aws-parameters.json`: what `aws/cluster.yaml` is given, in the form of the `aws` command's `--parameters`. It holds
//! the control planes' secret, so it is for its owner only.

use super::documents::{Documents, USER_DATA};
use super::machine::Machine;
use crate::Result;
use crate::cluster::{Cluster, Host, Platform, Role};
use crate::error::Fault;
use crate::host::{self, Site};
use base64ct::{Base64, Encoding as _};
use serde::Serialize;

/// File name in the cluster's folder.
pub const PARAMETERS: &str = "aws-parameters.json";
/// Most characters of a parameter's value (`CloudFormation` user guide, "quotas").
const VALUE_LIMIT: usize = 4096;
/// Most bytes of a secret (Secrets Manager user guide, "quotas").
const SECRET_LIMIT: usize = 65_536;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    parameter_value: String,
}

/// The file's text; `None` for other platforms.
pub fn parameters(site: &Site) -> Result<Option<String>> {
    let cluster = site.scope.cluster;
    if cluster.platform != Platform::Aws {
        return Ok(None);
    }
    let mut all = vec![
        plain("ClusterName", &cluster.name),
        plain("SubnetCidr", cluster.subnet.network),
        plain("EndpointAddress", &cluster.endpoint.address),
        plain("ControlPlaneSecretName", host::secret_name(site)),
    ];
    let mut fetched = Vec::new();
    for (key, machine) in keys(cluster) {
        let documents = Documents::of(site, machine)?;
        if let Machine::Host(host) = machine {
            all.push(plain(&format!("{key}Address"), host.address));
        }
        all.extend(pieces(
            &format!("{key}UserData"),
            &Base64::encode_string(&documents.delivered[USER_DATA]),
        ));
        fetched.push((machine.name(), documents.fetched));
    }
    all.extend(pieces("ControlPlaneSecret", &secret(fetched)?));
    Ok(Some(serde_json::to_string_pretty(&all)? + "\n"))
}

/// `ControlPlane1`, `Worker1`, `Pool1`: the template knows no names.
fn keys(cluster: &Cluster) -> Vec<(String, Machine<'_>)> {
    let of_role = |role, key: &'static str| {
        let hosts = cluster.hosts.iter().filter(move |host: &&Host| host.role == role);
        hosts.zip(1..).map(move |(host, number)| (format!("{key}{number}"), Machine::Host(host)))
    };
    let pools = cluster.pools.iter().zip(1..);
    let pools = pools.map(|((name, pool), number)| (format!("Pool{number}"), Machine::Pool(name, pool)));
    of_role(Role::ControlPlane, "ControlPlane").chain(of_role(Role::Worker, "Worker")).chain(pools).collect()
}

fn secret(fetched: Vec<(&str, Vec<host::File>)>) -> Result<String> {
    let secret = host::secret_of(fetched)?;
    if secret.len() > SECRET_LIMIT {
        let message = format!(
            "the control planes' secret has {} bytes, and Secrets Manager takes {SECRET_LIMIT}",
            secret.len()
        );
        return Err(Fault::input(message).hint("give the control planes fewer extra arguments").into());
    }
    Ok(secret)
}

fn plain(key: &str, value: impl std::fmt::Display) -> Parameter {
    Parameter { parameter_key: key.to_owned(), parameter_value: value.to_string() }
}

/// `KEY1`, `KEY2`, …: the template puts them together again.
fn pieces(key: &str, text: &str) -> Vec<Parameter> {
    let piece =
        |(piece, number): (&[u8], u32)| plain(&format!("{key}{number}"), String::from_utf8_lossy(piece));
    text.as_bytes().chunks(VALUE_LIMIT).zip(1..).map(piece).collect()
}
