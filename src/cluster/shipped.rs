//! The clusters that imgbuild ships must be right.

use super::*;
use crate::node::configuration::Bootstrap;
use std::time::Duration;

fn shipped(name: &str) -> Cluster {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clusters");
    load(&folder.join(name).with_extension("yaml")).unwrap_or_else(|error| panic!("{error:#}"))
}

fn roles(cluster: &Cluster) -> Vec<(&str, Role, String)> {
    cluster.hosts.iter().map(|host| (host.name.as_str(), host.role, host.address.to_string())).collect()
}

#[test]
fn they_are_named_after_their_files_and_have_an_image() {
    for name in ["archive", "archive-ha", "archive-vagrant", "aws", "book"] {
        let cluster = shipped(name);
        assert_eq!(cluster.name, name);
        let image = cluster.directory.parent().unwrap().join("images").join(cluster.image + ".yaml");
        assert!(image.is_file(), "{}", image.display());
    }
}

#[test]
fn the_book_is_as_printed() {
    let book = shipped("book");
    let address = |last: u8| format!("192.168.61.{last}");
    let expected = [
        ("host01", Role::ControlPlane, address(11)),
        ("host02", Role::ControlPlane, address(12)),
        ("host03", Role::ControlPlane, address(13)),
        ("host04", Role::Worker, address(14)),
    ];
    assert_eq!(roles(&book), expected);
    assert_eq!((book.endpoint.address.as_str(), book.endpoint.port), ("192.168.61.10", 6443));
    assert_eq!((book.pod_network.to_string(), book.node_ports), ("172.31.0.0/16".to_owned(), (80, 32767)));
    assert_eq!((book.taints, book.bootstrap), (Some(vec![]), Bootstrap::Auto));
    assert_eq!(book.token_lifetime, Duration::from_secs(7200));
    assert_eq!(book.hosts[0].forwarded_ports, [(80, 48080)].into());
    assert!(book.hosts.iter().all(|host| host.interface == "eth1" && host.memory == 2048));
}

#[test]
fn the_book_on_aws_has_its_workers_in_a_pool() {
    let (aws, book) = (shipped("aws"), shipped("book"));
    assert_eq!(aws.image, "debian-13", "everybody knows the key to a box");
    assert_eq!(roles(&aws), roles(&book)[..3]);
    assert_eq!(aws.pools.len(), 1);
    assert_eq!((aws.endpoint.address, aws.endpoint.provider), (book.endpoint.address, Provider::Nlb));
    assert_eq!((aws.pod_network, aws.addons), (book.pod_network, book.addons));
}

#[test]
fn pods_of_the_archive_have_a_network_per_host() {
    let archive = shipped("archive");
    let networks: Vec<String> =
        archive.hosts.iter().map(|host| host.pod_network.unwrap().to_string()).collect();
    assert_eq!(networks, ["172.31.1.0/24", "172.31.2.0/24"]);
    assert_eq!(archive.endpoint.virtual_router_id, 10);
    for name in ["archive", "archive-ha", "archive-vagrant"] {
        let patches = shipped(name).kubeadm_patches;
        let names =
            patches.iter().map(|(target, patch)| (target.name(), &patch["spec"]["containers"][0]["name"]));
        assert!(names.clone().all(|(target, container)| container == target), "{patches:?}");
        assert_eq!(names.count(), 4, "{name}");
    }
    assert_eq!(shipped("archive-ha").hosts.iter().filter(|host| host.role == Role::ControlPlane).count(), 3);
}
