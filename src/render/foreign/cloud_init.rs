//! What cloud-init itself says of user-data, and what it makes of network-config.

use super::{documents, pyyaml};
use crate::Result;
use crate::cluster::{Cluster, Platform, PodNetworking};
use crate::kubeadm::testing as fixture;
use crate::parallel;
use crate::process::foreign;
use crate::render::{NETWORK_CONFIG, USER_DATA};
use anyhow::Context as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// So many at one time: each keeps a core busy for half a second.
const CHILDREN: usize = 2;
/// A number to YAML 1.1, if it is not quoted.
const MAC: &str = "52:54:00:10:20:30";

fn accepts(user_data: &Path) -> Result<()> {
    let said = foreign("cloud-init").args(["schema", "-c"]).arg(user_data).text()?;
    anyhow::ensure!(said.contains("Valid"), "{said}");
    Ok(())
}

fn accepts_all(user_data: &[PathBuf]) {
    let named = |path: &PathBuf| accepts(path).with_context(|| path.display().to_string());
    parallel::for_each(user_data, CHILDREN, |path, _| named(path)).unwrap();
}

#[test]
fn cloud_init_accepts_user_data_of_every_platform() {
    let (folder, mut paths) = (tempfile::tempdir().unwrap(), Vec::new());
    for platform in [Platform::Nocloud, Platform::Vagrant, Platform::Aws] {
        let mut cluster = fixture::cluster();
        cluster.platform = platform;
        cluster.ssh_authorized_keys.push("ssh-ed25519 AAAAPLACEHOLDER me".into());
        for documents in documents(&cluster) {
            let path = folder.path().join(format!("{}.{USER_DATA}", paths.len()));
            fs_err::write(&path, &documents.documents[USER_DATA]).unwrap();
            paths.push(path);
        }
    }
    accepts_all(&paths);
}

#[test]
fn cloud_init_accepts_user_data_of_every_minor() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/kubeadm");
    let minors = fs_err::read_dir(golden).unwrap().map(|minor| minor.unwrap().path());
    let files = minors.flat_map(|minor| fs_err::read_dir(minor).unwrap()).map(|file| file.unwrap().path());
    let paths: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == USER_DATA)).collect();
    assert!(!paths.is_empty());
    accepts_all(&paths);
}

/// The network-config of the machine `index` of `cluster`.
fn network_config(cluster: &Cluster, index: usize) -> Vec<u8> {
    documents(cluster)[index].documents[NETWORK_CONFIG].clone()
}

/// That of a host with everything that there is, whose address ends in 12.
fn with_routes() -> Vec<u8> {
    let mut cluster = fixture::cluster();
    cluster.network = PodNetworking::StaticRoutes;
    cluster.pools.clear(); // nobody knows their members' pod networks
    cluster.subnet.gateway = Some([192, 168, 61, 1].into());
    cluster.hosts[1].mac = Some(MAC.into());
    network_config(&cluster, 1)
}

/// Those of the hosts of a platform with a card of its own, and of pools.
fn with_dhcp() -> [Vec<u8>; 2] {
    let mut cluster = fixture::cluster();
    let pool = network_config(&cluster, cluster.hosts.len());
    cluster.platform = Platform::Vagrant;
    [network_config(&cluster, 0), pool]
}

/// A folder with what cloud-init writes for the network manager `to` when it is given `network`.
fn converted(network: &[u8], to: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NETWORK_CONFIG);
    fs_err::write(&path, network).unwrap();
    let tool = foreign("cloud-init").args(["devel", "net-convert", "-k", "yaml", "-D", "debian"]);
    tool.args(["-O", to, "-d"]).arg(folder.path()).arg("-p").arg(&path).run().unwrap();
    folder
}

/// What netplan, which images have, is told of network cards.
fn ethernets(network: &[u8]) -> Value {
    let folder = converted(network, "netplan");
    let written = folder.path().join("etc/netplan/50-cloud-init.yaml");
    pyyaml(&[&written])[0]["network"]["ethernets"].clone()
}

#[test]
fn cloud_init_tells_netplan_of_addresses_and_routes() {
    let written = ethernets(&with_routes());
    let card = &written["cluster"];
    let route = |to: &str, via: &str| json!({"to": to, "via": via});
    let routes = json!([
        route("0.0.0.0/0", "192.168.61.1"),
        route("172.31.1.0/24", "192.168.61.11"),
        route("172.31.3.0/24", "192.168.61.13"),
        route("172.31.4.0/24", "192.168.61.14"),
    ]);
    assert_eq!(card["match"]["macaddress"], MAC);
    assert_eq!(card["addresses"], json!(["192.168.61.12/24"]));
    assert_eq!(card["routes"], routes);
}

#[test]
fn cloud_init_tells_netplan_of_dhcp() {
    let [host, pool] = with_dhcp().map(|network| ethernets(&network));
    assert_eq!(host["cluster"]["match"]["macaddress"], "52:54:00:61:00:01");
    assert_eq!(host["cluster"]["addresses"], json!(["192.168.61.11/24"]));
    let dhcp = json!({"match": {"name": "e*"}, "dhcp4": true});
    assert_eq!([&host["nat"], &pool["cards"]], [&dhcp, &dhcp]);
}

/// netplan gets what cloud-init was given; `NetworkManager` gets only what cloud-init has understood of it.
#[test]
fn cloud_init_understands_addresses_and_routes() {
    let folder = converted(&with_routes(), "network-manager");
    let connection = "etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection";
    let text = fs_err::read_to_string(folder.path().join(connection)).unwrap();
    let mac = format!("mac-address={MAC}");
    let routes = ["=0.0.0.0/0,192.168.61.1", "=172.31.1.0/24,192.168.61.11", "=172.31.4.0/24,192.168.61.14"];
    for part in [mac.as_str(), "address1=192.168.61.12/24"].into_iter().chain(routes) {
        assert!(text.lines().any(|line| line.ends_with(part)), "{part}\n{text}");
    }
    finds_no_fault_in(with_dhcp().into_iter().chain([with_routes()]));
}

/// Before 24.1, cloud-init has no schema of network-config.
fn finds_no_fault_in(networks: impl Iterator<Item = Vec<u8>>) {
    let help = foreign("cloud-init").args(["schema", "--help"]).text().unwrap();
    if !help.contains(NETWORK_CONFIG) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NETWORK_CONFIG);
    for network in networks {
        fs_err::write(&path, network).unwrap();
        foreign("cloud-init").args(["schema", "-t", NETWORK_CONFIG, "-c"]).arg(&path).run().unwrap();
    }
}
