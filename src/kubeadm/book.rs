//! The book's own kubeadm documents against those rendered for `clusters/book.yaml`: every difference has its name.
//!
//! Source of the first table: `setup/roles/k8s/templates/kubeadm-init.yaml.j2` and `kubeadm-join.yaml.j2` of
//! book-of-kubernetes/examples, with the values of chapter 6.

use super::testing::{HASH, TOKEN, image, scope};
use super::{Credentials, Member, Token, init, join};
use crate::cluster;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// What became of a field.
enum Now {
    /// The same value at the same place.
    Same,
    /// Another place or value, for this reason.
    Other(&'static str, Value, &'static str),
    /// Not there any more, for this reason.
    Gone(&'static str),
}
use Now::{Gone, Other, Same};

const TAINTS: &str = "workers have no taints to begin with";
const KUBELET: &str = "v1beta4 has a list of arguments";
const PRE_MADE: &str = "certificates are made beforehand and given to control planes";

/// Document, place, value, what became of it; in the order of the book's file.
fn init_fields() -> Vec<(usize, &'static str, Value, Now)> {
    vec![
        (0, "/bootstrapTokens/0/groups/0", json!("system:bootstrappers:kubeadm:default-node-token"), Same),
        (
            0,
            "/bootstrapTokens/0/token",
            json!("1d8fb1.2875d52d62a3282d"),
            Other("/bootstrapTokens/0/token", json!(TOKEN), "each cluster has tokens of its own"),
        ),
        (0, "/bootstrapTokens/0/ttl", json!("2h0m0s"), Same),
        (0, "/bootstrapTokens/0/usages", json!(["signing", "authentication"]), Same),
        (
            0,
            "/nodeRegistration/kubeletExtraArgs/node-ip",
            json!("192.168.61.11"),
            Other("/nodeRegistration/kubeletExtraArgs/0/value", json!("192.168.61.11"), KUBELET),
        ),
        (0, "/nodeRegistration/taints", json!([]), Same),
        (0, "/localAPIEndpoint/advertiseAddress", json!("192.168.61.11"), Same),
        (0, "/certificateKey", json!("5a7e07816958efb97635e9a66256adb1"), Gone(PRE_MADE)),
        (
            1,
            "/kubernetesVersion",
            json!("1.28.0"),
            Other("/kubernetesVersion", json!("v1.36.0"), "that of the image"),
        ),
        (
            1,
            "/apiServer/extraArgs/service-node-port-range",
            json!("80-32767"),
            Other("/apiServer/extraArgs/0/value", json!("80-32767"), KUBELET),
        ),
        (1, "/networking/podSubnet", json!("172.31.0.0/16"), Same),
        (1, "/controlPlaneEndpoint", json!("192.168.61.10:6443"), Same),
        (2, "/serverTLSBootstrap", json!(true), Same),
    ]
}

fn join_fields(control_plane: bool) -> Vec<(usize, &'static str, Value, Now)> {
    let address = if control_plane { "192.168.61.12" } else { "192.168.61.14" };
    let mut fields = vec![
        (0, "/discovery/bootstrapToken/apiServerEndpoint", json!("192.168.61.10:6443"), Same),
        (
            0,
            "/discovery/bootstrapToken/token",
            json!("1d8fb1.2875d52d62a3282d"),
            Other("/discovery/bootstrapToken/token", json!(TOKEN), "each cluster has tokens of its own"),
        ),
        (
            0,
            "/discovery/bootstrapToken/unsafeSkipCAVerification",
            json!(true),
            Other("/discovery/bootstrapToken/caCertHashes", json!([HASH]), "the CA is known and pinned"),
        ),
        (
            0,
            "/discovery/timeout",
            json!("5m0s"),
            Other("/timeouts/discovery", json!("30m0s"), "hosts are powered on together; v1beta4 moved it"),
        ),
        (
            0,
            "/nodeRegistration/kubeletExtraArgs/node-ip",
            json!(address),
            Other("/nodeRegistration/kubeletExtraArgs/0/value", json!(address), KUBELET),
        ),
        (0, "/nodeRegistration/taints", json!([]), if control_plane { Same } else { Gone(TAINTS) }),
        (
            0,
            "/nodeRegistration/ignorePreflightErrors",
            json!(["DirAvailable--etc-kubernetes-manifests"]),
            Gone("kube-vip's manifest comes after the join"),
        ),
    ];
    if control_plane {
        fields.push((0, "/controlPlane/localAPIEndpoint/advertiseAddress", json!(address), Same));
        fields.push((
            0,
            "/controlPlane/certificateKey",
            json!("5a7e07816958efb97635e9a66256adb1"),
            Gone(PRE_MADE),
        ));
    }
    fields
}

/// What the book's files do not have, by document: kubeadm's defaults said aloud, and what hosts rely on.
const ADDED: [(usize, &str); 28] = [
    (0, "/bootstrapTokens/0/description"),
    (0, "/nodeRegistration/name"),
    (0, "/nodeRegistration/criSocket"),
    (0, "/nodeRegistration/imagePullPolicy"),
    (0, "/nodeRegistration/kubeletExtraArgs/0/name"),
    (0, "/localAPIEndpoint/bindPort"),
    (0, "/controlPlane/localAPIEndpoint/bindPort"),
    (0, "/timeouts/controlPlaneComponentHealthCheck"),
    (0, "/timeouts/kubeletHealthCheck"),
    (0, "/timeouts/etcdAPICall"),
    (0, "/timeouts/tlsBootstrap"),
    (0, "/timeouts/discovery"),
    (1, "/clusterName"),
    (1, "/imageRepository"),
    (1, "/dns/imageTag"),
    (1, "/etcd/local/dataDir"),
    (1, "/etcd/local/imageTag"),
    (1, "/encryptionAlgorithm"),
    (1, "/networking/serviceSubnet"),
    (1, "/networking/dnsDomain"),
    (1, "/apiServer/extraArgs/0/name"),
    (1, "/apiServer/certSANs"),
    (2, "/cgroupDriver"),
    (0, "/apiVersion"),
    (0, "/kind"),
    (1, "/apiVersion"),
    (1, "/kind"),
    (2, "/apiVersion"),
];

fn check(documents: &[Value], fields: &[(usize, &str, Value, Now)]) {
    let mut known: BTreeSet<(usize, String)> =
        ADDED.iter().map(|(document, place)| (*document, (*place).to_owned())).collect();
    known.insert((2, "/kind".to_owned()));
    for (document, place, value, now) in fields {
        let at = |place: &str| documents[*document].pointer(place);
        match now {
            Same => assert_eq!(at(place), Some(value), "{place}"),
            Other(there, value, why) => {
                assert_eq!(at(there), Some(value), "{place}: {why}");
                known.insert((*document, (*there).to_owned()));
            }
            Gone(why) => assert_eq!(at(place), None, "{place}: {why}"),
        }
        known.insert((*document, (*place).to_owned()));
    }
    for (number, document) in documents.iter().enumerate() {
        let unnamed: Vec<String> = leaves(document, "")
            .into_iter()
            .filter(|leaf| !known.iter().any(|(of, place)| *of == number && leaf.starts_with(place.as_str())))
            .collect();
        assert_eq!(unnamed, [""; 0], "a difference to the book without a name");
    }
}

/// Places of all values that have no others in them.
fn leaves(value: &Value, place: &str) -> Vec<String> {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().flat_map(|(name, value)| leaves(value, &format!("{place}/{name}"))).collect()
        }
        Value::Array(values) if !values.is_empty() => {
            values.iter().enumerate().flat_map(|(i, value)| leaves(value, &format!("{place}/{i}"))).collect()
        }
        _ => vec![place.to_owned()],
    }
}

#[test]
fn every_difference_to_the_books_documents_has_its_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("clusters/book.yaml");
    let (cluster, image) = (cluster::load(&path).unwrap(), image(36, "registry.k8s.io"));
    let scope = scope(&cluster, &image);
    let tokens = [Token { token: TOKEN, description: "all" }];
    let text = init::documents(&scope, &cluster.hosts[0], &tokens, None).unwrap();
    check(&serde_yaml::from_multiple::<Value>(&text).unwrap(), &init_fields());
    let credentials = Credentials { token: TOKEN, ca_cert_hash: HASH, certificate_key: None };
    for (index, control_plane) in [(1, true), (3, false)] {
        let text = join::document(&scope, Member::Host(&cluster.hosts[index]), &credentials).unwrap();
        check(&serde_yaml::from_multiple::<Value>(&text).unwrap(), &join_fields(control_plane));
    }
}
