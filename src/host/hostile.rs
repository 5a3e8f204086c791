//! Values that a definition should never let through, and what they could do if it did: nothing.

use super::testing::{keys, site, templates};
use super::{Bundle, of_host};
use crate::cluster::Cluster;
use crate::kubeadm::schema;
use crate::kubeadm::testing as fixture;
use crate::process::foreign;
use proptest::prelude::*;
use serde_json::Value;

fn bundle(change: impl FnOnce(&mut Cluster)) -> Bundle {
    let (mut cluster, image) = (fixture::cluster(), fixture::image(30, "registry.k8s.io"));
    change(&mut cluster);
    let (keys, templates) = (keys(), templates());
    of_host(&site(fixture::scope(&cluster, &image), &keys, &templates), &cluster.hosts[0]).unwrap()
}

fn content<'a>(bundle: &'a Bundle, path: &str) -> &'a str {
    &bundle.files.iter().find(|file| file.path == path).unwrap().content
}

proptest! {
    #[test]
    fn values_stay_values_in_yaml(flag: String, value: String, label: String, domain: String) {
        let bundle = bundle(|cluster| {
            cluster.extra_arguments.api_server.insert(flag.clone(), value.clone());
            cluster.extra_arguments.kubelet_configuration.insert("clusterDomain".into(), value.clone().into());
            cluster.hosts[0].labels.insert("a".into(), label.clone());
            cluster.dns_domain.clone_from(&domain);
        });
        let text = content(&bundle, "/etc/imgbuild/node/kubeadm.yaml");
        let documents: Vec<Value> = serde_yaml::from_multiple(text).unwrap();
        prop_assert_eq!(documents.len(), 3);
        prop_assert_eq!(&documents[1]["apiServer"]["extraArgs"][&flag], &Value::from(value.clone()));
        prop_assert_eq!(&documents[1]["networking"]["dnsDomain"], &Value::from(domain));
        prop_assert_eq!(&documents[2]["clusterDomain"], &Value::from(value));
        let labels = format!("a={label}");
        prop_assert_eq!(&documents[0]["nodeRegistration"]["kubeletExtraArgs"]["node-labels"], &Value::from(labels));
        let version = "1.30.0".parse().unwrap();
        prop_assert!(schema::check(version, text).is_ok());
    }
}

#[test]
fn the_scripts_are_sound() {
    let bundle = bundle(|_| ());
    let folder = tempfile::tempdir().unwrap();
    for (shell, path) in [("bash", "/usr/local/bin/k8s-all"), ("sh", "/etc/profile.d/imgbuild-kubeconfig.sh")]
    {
        let script = folder.path().join("script");
        fs_err::write(&script, content(&bundle, path)).unwrap();
        foreign("shellcheck").arg(format!("--shell={shell}")).arg(&script).run().unwrap();
    }
}
