//! A stand-in for EC2's instance metadata service, version 2 only (EC2 user guide, "Instance metadata categories").

use crate::support::server::{Answer, Request, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who the instance is; the address is the first that the machines' router gives by DHCP.
pub const ADDRESS: &str = "192.168.61.15";
pub const INSTANCE: &str = "i-0123456789abcdef0";
pub const MAC: &str = "52:54:00:3d:00:0f";
pub const NAME: &str = "ip-192-168-61-15.eu-central-1.compute.internal";
pub const ZONE: &str = "eu-central-1a";
const TOKEN: &str = "AQAEAJustAToken==";

/// How the service was used.
pub struct Asked {
    without_token: Arc<AtomicUsize>,
}

impl Asked {
    /// Requests that the real service refuses when `HttpTokens` is `required`.
    pub fn without_token(&self) -> usize {
        self.without_token.load(Ordering::SeqCst)
    }
}

/// Answers at the address that EC2 has for it, until the process ends.
pub fn start(user_data: &[u8]) -> Asked {
    let tree = tree(user_data);
    let asked = Asked { without_token: Arc::default() };
    let count = asked.without_token.clone();
    Server::start_at("169.254.169.254:80", move |request| {
        let answer = answer(&tree, request);
        if matches!(answer, Answer::Empty("401 Unauthorized", _)) {
            count.fetch_add(1, Ordering::SeqCst);
        }
        answer
    });
    asked
}

fn answer(tree: &BTreeMap<String, Vec<u8>>, request: &Request) -> Answer {
    // the first folder is a version, all of which are alike
    let path = request.target.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path);
    if request.method == "PUT" && path == "api/token" {
        return Answer::Whole(TOKEN.into());
    }
    if request.header("x-aws-ec2-metadata-token") != Some(TOKEN) {
        return Answer::Empty("401 Unauthorized", Vec::new());
    }
    match tree.get(path) {
        Some(value) => Answer::Whole(value.clone()),
        None => listing(tree, path).map_or_else(Answer::not_found, |names| Answer::Whole(names.into())),
    }
}

/// What lies in the folder `path`, a line each; folders end in `/`.
fn listing(tree: &BTreeMap<String, Vec<u8>>, path: &str) -> Option<String> {
    let folder = format!("{}/", path.trim_end_matches('/'));
    let inside = tree.keys().filter_map(|name| name.strip_prefix(&folder));
    let names: BTreeSet<&str> =
        inside.map(|name| &name[..name.find('/').map_or(name.len(), |at| at + 1)]).collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join("\n"))
}

fn tree(user_data: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let card = format!("meta-data/network/interfaces/macs/{MAC}");
    let document = format!(
        r#"{{"instanceId": "{INSTANCE}", "region": "eu-central-1", "availabilityZone": "{ZONE}",
            "privateIp": "{ADDRESS}", "instanceType": "t3.medium", "architecture": "x86_64"}}"#
    );
    let texts: [(&str, &str); 16] = [
        ("meta-data/ami-id", "ami-0123456789abcdef0"),
        ("meta-data/hostname", NAME),
        ("meta-data/instance-id", INSTANCE),
        ("meta-data/instance-type", "t3.medium"),
        ("meta-data/local-hostname", NAME),
        ("meta-data/local-ipv4", ADDRESS),
        ("meta-data/mac", MAC),
        ("meta-data/placement/availability-zone", ZONE),
        ("meta-data/placement/region", "eu-central-1"),
        ("meta-data/security-groups", "workers"),
        (&format!("{card}/device-number"), "0"),
        (&format!("{card}/local-hostname"), NAME),
        (&format!("{card}/local-ipv4s"), ADDRESS),
        (&format!("{card}/mac"), MAC),
        (&format!("{card}/subnet-ipv4-cidr-block"), "192.168.61.0/24"),
        ("dynamic/instance-identity/document", &document),
    ];
    let tree = texts.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    tree.into_iter().chain([("user-data".to_owned(), user_data.to_vec())]).collect()
}
