//! Reads rendered documents again, as strictly as kubeadm of the same minor: unknown fields and wrong types are
//! refused. Apart from what writes them, so that neither covers for the other.

mod kubelet;
mod shape;
mod shared;
mod v1beta2;
mod v1beta3;
mod v1beta4;

use crate::error::Fault;
use crate::kube::quirks;
use crate::kube::version::Version;
use serde_json::Value;
use shape::Shape;

/// Checks all documents in `text` and returns their kinds.
pub fn check(version: Version, text: &str) -> Result<Vec<String>, Fault> {
    let documents: Vec<Value> = serde_yaml::from_multiple(text).map_err(|_| {
        // the parser would show what it cannot read, and that may be a token
        Fault::input("kubeadm's configuration is no YAML")
    })?;
    documents.iter().map(|document| check_one(version, document)).collect()
}

fn check_one(version: Version, document: &Value) -> Result<String, Fault> {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    let (api_version, kind) = (text("apiVersion"), text("kind"));
    let checked = match (api_version, kind) {
        ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration") => kubelet(version, document),
        _ if api_version == quirks::kubeadm_api_version(version) => kubeadm(api_version, kind, document),
        _ => Err(Fault::input(format!(
            "kubeadm {version} reads no `{kind}` of `{api_version}` without complaint"
        ))),
    };
    let named = |fault: Fault| Fault { message: format!("{kind}: {}", fault.message), ..fault };
    checked.map(|()| kind.to_owned()).map_err(named)
}

fn kubeadm(api_version: &str, kind: &str, document: &Value) -> Result<(), Fault> {
    let [init, cluster, join] = match api_version.rsplit('/').next() {
        Some("v1beta2") => [v1beta2::INIT, v1beta2::CLUSTER, v1beta2::JOIN],
        Some("v1beta3") => [v1beta3::INIT, v1beta3::CLUSTER, v1beta3::JOIN],
        _ => [v1beta4::INIT, v1beta4::CLUSTER, v1beta4::JOIN],
    };
    let shape: Shape = match kind {
        "InitConfiguration" => init,
        "ClusterConfiguration" => cluster,
        "JoinConfiguration" => join,
        _ => return Err(Fault::input(format!("`{api_version}` has no such kind"))),
    };
    shape.check("", document)
}

fn kubelet(version: Version, document: &Value) -> Result<(), Fault> {
    let object = document.as_object().ok_or_else(|| Fault::input("must be a mapping"))?;
    for (name, value) in object {
        let field = kubelet::FIELDS.iter().find(|(_, known, _)| known == name);
        let (since, _, shape) =
            field.ok_or_else(|| Fault::input(format!("`{name}` is no field of kubelet's")))?;
        if version.minor < *since {
            let message = format!("kubelet {version} has no field `{name}`");
            return Err(Fault::input(message).hint(format!("it came with 1.{since}")));
        }
        shape.check(name, value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::PatchTarget;
    use crate::kube::version::of_minor as version;
    use crate::kubeadm::testing::{self, HASH, TOKEN};
    use crate::kubeadm::{Credentials, Member, Token, init, join};

    #[test]
    fn every_minor_reads_what_is_rendered_for_it() {
        for minor in quirks::OLDEST_MINOR..=quirks::NEWEST_MINOR {
            for repository in ["registry.k8s.io", "imgbuild.local/archive"] {
                let (cluster, image) = (testing::cluster(), testing::image(minor, repository));
                let scope = testing::scope(&cluster, &image);
                let tokens = [Token { token: TOKEN, description: "all" }];
                let text = init::documents(&scope, &cluster.hosts[0], &tokens, Some(HASH)).unwrap();
                let kinds = ["InitConfiguration", "ClusterConfiguration", "KubeletConfiguration"];
                assert_eq!(check(version(minor), &text).unwrap(), kinds);
                let credentials =
                    Credentials { token: TOKEN, ca_cert_hash: HASH, certificate_key: Some(HASH) };
                for host in &cluster.hosts[1..] {
                    let text = join::document(&scope, Member::Host(host), &credentials).unwrap();
                    assert_eq!(check(version(minor), &text).unwrap(), ["JoinConfiguration"]);
                }
            }
        }
    }

    #[test]
    fn every_minor_reads_where_patches_are() {
        let credentials = Credentials { token: TOKEN, ca_cert_hash: HASH, certificate_key: None };
        for minor in quirks::OLDEST_MINOR..=quirks::NEWEST_MINOR {
            let (mut cluster, image) = (testing::cluster(), testing::image(minor, "registry.k8s.io"));
            cluster.kubeadm_patches = testing::patches(PatchTarget::Etcd, serde_json::json!({}));
            let scope = testing::scope(&cluster, &image);
            let init = init::documents(&scope, &cluster.hosts[0], &[], None).unwrap();
            let join = join::document(&scope, Member::Host(&cluster.hosts[1]), &credentials).unwrap();
            for text in [init, join] {
                check(version(minor), &text).unwrap();
                assert_eq!(text.contains("/etc/kubernetes/patches"), minor >= 22, "1.{minor}");
            }
        }
    }

    #[test]
    fn a_document_of_another_version_is_refused() {
        let text = "apiVersion: kubeadm.k8s.io/v1beta3\nkind: JoinConfiguration\n";
        assert!(check(version(30), text).is_ok());
        assert!(check(version(31), text).unwrap_err().message.contains("v1beta3"));
    }

    #[test]
    fn a_field_that_a_minor_does_not_have_yet_is_named() {
        let text =
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nfailCgroupV1: true\n";
        assert!(check(version(31), text).is_ok());
        let error = check(version(30), text).unwrap_err().message;
        assert_eq!(error, "KubeletConfiguration: kubelet 1.30.0 has no field `failCgroupV1`");
    }

    #[test]
    fn what_cannot_be_read_is_not_shown() {
        let error = check(version(30), "token: [abc").unwrap_err().message;
        assert!(!error.contains("abc"), "{error}");
    }
}
