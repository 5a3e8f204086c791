//! The members of the cluster's etcd, as a control plane that is about to join sees them: through the JSON
//! gateway that etcd serves beside gRPC (etcd's `api/v3rpc`, `/v3/cluster/member/…`), with a client certificate
//! that kubeadm makes from the etcd CA.

use super::configuration::{NodeConfiguration, PATCHES, PKI};
use super::failure::Failure;
use super::files::KUBERNETES_PKI;
use super::host::{Command, Host, Input};
use super::{address, curl, endpoint};
use crate::kube::quirks;
use crate::kube::version::Version;
use crate::{Result, atomic};
use serde::Deserialize;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// Where the client certificate is made, from a copy of the etcd CA.
pub const CLIENT: &str = "/run/imgbuild/etcd-client";

/// A member of the etcd cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    /// A 64-bit number, which JSON keeps as text.
    #[serde(rename = "ID")]
    pub id: String,
    /// Empty until it has started for the first time.
    #[serde(default)]
    pub name: String,
    /// Where other members reach it.
    #[serde(default, rename = "peerURLs")]
    pub peer_urls: Vec<String>,
    /// Whether it does not vote yet.
    #[serde(default, rename = "isLearner")]
    pub is_learner: bool,
}

impl Member {
    /// Whether it runs and votes.
    pub fn votes(&self) -> bool {
        !self.name.is_empty() && !self.is_learner
    }

    /// Whether it is the one on the host with this address.
    pub fn is_at(&self, address: Ipv4Addr) -> bool {
        self.peer_urls.contains(&format!("https://{address}:2380"))
    }
}

/// All members, from the first predecessor that answers; `None` if this host cannot ask, for want of the etcd
/// CA: kubeadm then brings it with `certificateKey`.
pub fn members(host: &impl Host, configuration: &NodeConfiguration) -> Result<Option<Vec<Member>>, Failure> {
    if authority(host).is_none() {
        return Ok(None);
    }
    let told = ask(host, configuration, "member/list", "{}")?;
    let list: List = serde_json::from_slice(&told)
        .map_err(|error| Failure::again(format!("etcd's list of members makes no sense: {error}")))?;
    Ok(Some(list.members))
}

/// All members, as an etcd tells its peers even if it has no majority and serves no clients (etcd's
/// `server/etcdserver/api/etcdhttp/peer.go`, `/members`), from the first predecessor that answers.
pub fn members_by_peers(host: &impl Host, configuration: &NodeConfiguration) -> Result<Vec<Member>, Failure> {
    let told =
        first_answer(host, configuration, None, |peer| format!("{}/members", endpoint::etcd_peer(peer)))?;
    let members: Vec<ForPeers> = serde_json::from_slice(&told)
        .map_err(|error| Failure::again(format!("etcd's list for its peers makes no sense: {error}")))?;
    Ok(members.into_iter().map(Member::from).collect())
}

/// The member on this host, if it is listed.
pub fn own(host: &impl Host, configuration: &NodeConfiguration) -> Result<Option<Member>, Failure> {
    let own = address::own(host, configuration)?;
    let members = members(host, configuration)?.unwrap_or_default();
    Ok(members.into_iter().find(|member| member.is_at(own)))
}

/// Removes `member` from the cluster.
pub fn remove(host: &impl Host, configuration: &NodeConfiguration, member: &Member) -> Result<(), Failure> {
    let request = serde_json::json!({ "ID": member.id }).to_string();
    ask(host, configuration, "member/remove", &request).map(drop)
}

/// The folder with the etcd CA and its key.
fn authority(host: &impl Host) -> Option<PathBuf> {
    let folders = [PKI, KUBERNETES_PKI].map(|pki| host.path(pki).join("etcd"));
    folders.into_iter().find(|folder| folder.join("ca.key").exists())
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    members: Vec<Member>,
}

/// A member as peers are told of it: its number is one, and what is empty is left out.
#[derive(Deserialize)]
struct ForPeers {
    id: u64,
    #[serde(default)]
    name: String,
    #[serde(default, rename = "peerURLs")]
    peer_urls: Vec<String>,
    #[serde(default, rename = "isLearner")]
    is_learner: bool,
}

impl From<ForPeers> for Member {
    fn from(told: ForPeers) -> Self {
        let ForPeers { id, name, peer_urls, is_learner } = told;
        Self { id: id.to_string(), name, peer_urls, is_learner }
    }
}

fn ask(
    host: &impl Host,
    configuration: &NodeConfiguration,
    what: &str,
    request: &str,
) -> Result<Vec<u8>, Failure> {
    let url = |peer| format!("{}/v3/cluster/{what}", endpoint::etcd(peer));
    first_answer(host, configuration, Some(request), url)
}

/// Gets `url` from the predecessors one after the other, or posts `request` there.
fn first_answer(
    host: &impl Host,
    configuration: &NodeConfiguration,
    request: Option<&str>,
    url: impl Fn(Ipv4Addr) -> String,
) -> Result<Vec<u8>, Failure> {
    let client = host.path(CLIENT);
    make_client(host, configuration, &client)?;
    let mut failure = Failure::again("there is no other control plane whose etcd could be asked");
    for peer in configuration.predecessors.iter().flat_map(|peer| &peer.addresses) {
        let command = request_as(&client, request).arg(url(*peer));
        match host.run(&command)?.expect(&format!("asking etcd at {peer}")) {
            Ok(told) => return Ok(told.stdout),
            Err(why) => failure = why,
        }
    }
    Err(failure)
}

/// With the client certificate in `client`.
fn request_as(client: &Path, request: Option<&str>) -> Command {
    let file = |name: &str| client.join("etcd").join(name).to_string_lossy().into_owned();
    let command = curl::request("10")
        .args(["--fail", "--cacert", &file("ca.crt"), "--cert", &file("healthcheck-client.crt")])
        .args(["--key", &file("healthcheck-client.key")]);
    match request {
        None => command,
        Some(body) => command.args(["--data-binary", "@-"]).input(Input::Bytes(body.as_bytes().to_vec())),
    }
}

/// Makes the client certificate unless it is there. kubeadm writes it after its key, and refuses a key alone.
fn make_client(host: &impl Host, configuration: &NodeConfiguration, client: &Path) -> Result<(), Failure> {
    let certificate = fs_err::read(client.join("etcd/healthcheck-client.crt"));
    if certificate.is_ok_and(|pem| pem.ends_with(b"\n")) {
        return Ok(());
    }
    if client.exists() {
        fs_err::remove_dir_all(client)?;
    }
    let authority = authority(host).ok_or(Failure::again("there is no etcd CA on this host"))?;
    for name in ["ca.crt", "ca.key"] {
        let bytes = fs_err::read(authority.join(name))?;
        atomic::write_with_mode(&client.join("etcd").join(name), 0o600, bytes)?;
    }
    let document = client.join("kubeadm.yaml");
    atomic::write(&document, kubeadm_document(host, configuration, client)?)?;
    let command = Command::new(["kubeadm", "init", "phase", "certs", "etcd-healthcheck-client", "--config"]);
    let told = host.run(&command.arg(document.to_string_lossy()))?;
    told.expect("making a client certificate for etcd").map(drop)
}

/// As little as keeps kubeadm from asking the outside for a version and the routes for an address. JSON is YAML.
fn kubeadm_document(
    host: &impl Host,
    configuration: &NodeConfiguration,
    client: &Path,
) -> Result<String, Failure> {
    let version: Version = configuration.kubernetes_version.parse().map_err(anyhow::Error::from)?;
    let init = init_configuration(host, configuration)?;
    let cluster = serde_json::json!({
        "apiVersion": quirks::kubeadm_api_version(version),
        "kind": "ClusterConfiguration",
        "kubernetesVersion": format!("v{version}"),
        "certificatesDir": client.to_string_lossy(),
    });
    Ok(format!("{init}\n---\n{cluster}\n"))
}

/// What kubeadm must be told of this host by whoever calls single phases of `kubeadm init` on it; JSON.
pub fn init_configuration(host: &impl Host, configuration: &NodeConfiguration) -> Result<String, Failure> {
    let version: Version = configuration.kubernetes_version.parse().map_err(anyhow::Error::from)?;
    let mut init = serde_json::json!({
        "apiVersion": quirks::kubeadm_api_version(version),
        "kind": "InitConfiguration",
        "localAPIEndpoint": { "advertiseAddress": address::own(host, configuration)?.to_string() },
        "nodeRegistration": { "name": host.hostname(), "criSocket": quirks::cri_socket(version) },
    });
    let patches = host.path(PATCHES);
    if quirks::kubeadm_has_patches(version) && patches.exists() {
        init["patches"] = serde_json::json!({ "directory": patches.to_string_lossy() });
    }
    Ok(init.to_string())
}
