//! Each check finds what it is there for, in clusters and images that differ in one thing from good ones.

use super::*;
use crate::addon::images::PullPolicy;
use crate::bake::{ImageRecord, KubernetesRecord};
use crate::cluster::{self, Cluster};
use crate::digest::Sha256;
use crate::kube::quirks;
use crate::kubeadm::testing as fixture;
use crate::secrets;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const CLUSTER: &str = "schema: 1
name: tiny
image: node
endpoint: {address: 10.0.0.9, provider: kube-vip}
subnet: {network: 10.0.0.0/24}
network: calico
addons: [calico, metrics-server]
hosts:
  - {name: a, role: control-plane, address: 10.0.0.1, mac: '52:54:00:00:00:01'}
";
const HOST: &str = "  - {name: b, role: control-plane, address: 10.0.0.2, mac: '52:54:00:00:00:02'}\n";
const REPOSITORY: &str = "registry.k8s.io";

fn cluster(text: &str) -> Cluster {
    cluster::parse(text, Path::new("a.yaml")).unwrap_or_else(|error| panic!("{error:#}"))
}

fn changed(from: &str, to: &str) -> Cluster {
    assert!(CLUSTER.contains(from), "{from}");
    cluster(&CLUSTER.replace(from, to))
}

fn named<T: Clone>(names: &[&str], value: &T) -> BTreeMap<String, T> {
    names.iter().map(|name| ((*name).to_owned(), value.clone())).collect()
}

/// An image that has what `CLUSTER` needs, with Kubernetes of this version.
fn image(version: &str) -> ImageRecord {
    let digest = Sha256::of("");
    let version = version.parse().unwrap();
    let programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];
    let own = programs.map(|name| format!("{REPOSITORY}/{name}:v{version}"));
    let pause = format!("{REPOSITORY}/pause:{}", quirks::pause_tag(version).unwrap_or("3.2"));
    let more = [pause, format!("{REPOSITORY}/etcd:3.6.8-0"), format!("{REPOSITORY}/coredns/coredns:v1.14.2")];
    let kube_vip = "ghcr.io/kube-vip/kube-vip:v1.2.3".to_owned();
    ImageRecord {
        schema: 1,
        name: "node".into(),
        architecture: crate::architecture::Architecture::Amd64,
        imgbuild: "0".into(),
        vagrant: false,
        agent: Some(digest),
        epoch: 0,
        suites: vec![],
        kubernetes: Some(KubernetesRecord {
            version,
            image_repository: REPOSITORY.into(),
            skip_phases: BTreeSet::new(),
        }),
        containerd: Some("2.3.4".into()),
        images: own.into_iter().chain(more).chain([kube_vip]).map(|name| (name, digest)).collect(),
        manifests: named(&["operator-crds.yaml", "tigera-operator.yaml", "metrics-server.yaml"], &digest),
        addons: ["calico", "metrics-server"].map(|name| (name.to_owned(), fixture::addon(name))).into(),
        named: BTreeMap::new(),
        files: BTreeMap::new(),
    }
}

fn found(cluster: &Cluster, image: &ImageRecord, packages: Option<&[&str]>) -> Vec<(Severity, String)> {
    let packages = packages.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    let folder = tempfile::tempdir().unwrap();
    let secrets = secrets::load_or_make(&folder.path().join("a.yaml"), "tiny").unwrap();
    let now = crate::environment::wall_clock();
    let subject = Subject { cluster, image, packages, secrets: Some(&secrets), now };
    all(&subject).unwrap().iter().map(|finding| (finding.severity, finding.text.clone())).collect()
}

#[track_caller]
fn finds(cluster: &Cluster, image: &ImageRecord, severity: Severity, text: &str) {
    let found = found(cluster, image, Some(&[]));
    assert!(found.iter().any(|(of, found)| *of == severity && found.contains(text)), "{text}: {found:?}");
}

#[test]
fn a_good_cluster_has_no_findings() {
    assert_eq!(found(&cluster(CLUSTER), &image("1.36.4"), Some(&[])), []);
}

#[test]
fn what_is_rendered_is_read_again() {
    let manual = cluster(&format!("{CLUSTER}extra_arguments: {{kubelet_configuration: {{maxPod: 5}}}}\n"));
    finds(&manual, &image("1.36.4"), Severity::Error, "`maxPod` is no field of kubelet's");
    let young =
        cluster(&format!("{CLUSTER}extra_arguments: {{kubelet_configuration: {{failCgroupV1: true}}}}\n"));
    finds(&young, &image("1.30.0"), Severity::Error, "has no field `failCgroupV1`");
}

#[test]
fn what_kubeadm_would_pass_over_is_found() {
    let patched =
        cluster(&format!("{CLUSTER}kubeadm_patches: {{corednsdeployment: {{spec: {{replicas: 1}}}}}}\n"));
    let text = "kubeadm 1.30.0 does not patch `corednsdeployment`";
    finds(&patched, &image("1.30.0"), Severity::Error, text);
    assert_eq!(found(&patched, &image("1.36.4"), Some(&[])), []);
}

#[test]
fn an_even_number_of_control_planes_is_warned_of() {
    let text = "2 control planes survive no more failures than 1";
    finds(&cluster(&format!("{CLUSTER}{HOST}")), &image("1.36.4"), Severity::Warning, text);
}

#[test]
fn a_kubeadm_that_needs_the_endpoint_is_known() {
    let bad = image("1.36.0");
    finds(&cluster(CLUSTER), &bad, Severity::Warning, "calls the endpoint before it works");
    let outside = changed("10.0.0.9, provider: kube-vip", "10.0.0.9, provider: external");
    finds(&outside, &bad, Severity::Error, "calls the endpoint before it works");
    let own = changed("10.0.0.9, provider: kube-vip", "10.0.0.1");
    assert_eq!(found(&own, &bad, Some(&[])), []);
}

#[test]
fn kube_vip_must_be_there_and_be_none_of_the_bad_ones() {
    let mut without = image("1.36.4");
    without.images.retain(|name, _| !name.contains("kube-vip"));
    finds(&cluster(CLUSTER), &without, Severity::Error, "has no kube-vip");
    without.images.insert("ghcr.io/kube-vip/kube-vip:v1.2.2".into(), Sha256::of(""));
    finds(&cluster(CLUSTER), &without, Severity::Error, "dials the address that it must create");
}

#[test]
fn images_that_kubeadm_wants_are_asked_for_by_name() {
    for name in ["kube-apiserver:v1.36.4", "pause:3.10.2", "etcd", "coredns/coredns"] {
        let mut without = image("1.36.4");
        without.images.retain(|reference, _| !reference.starts_with(&format!("{REPOSITORY}/{name}")));
        finds(&cluster(CLUSTER), &without, Severity::Warning, &format!("has no `{REPOSITORY}/{name}"));
    }
}

#[test]
fn what_nobody_else_has_must_be_baked() {
    let mut own = image("1.36.4");
    own.kubernetes.as_mut().unwrap().image_repository = "imgbuild.local/x".into();
    finds(&cluster(CLUSTER), &own, Severity::Error, "has no `imgbuild.local/x/kube-proxy:v1.36.4`");
}

#[test]
fn phases_that_are_skipped_need_no_image() {
    let mut without = image("1.36.4");
    without.images.retain(|name, _| !name.contains("coredns"));
    without.kubernetes.as_mut().unwrap().skip_phases = ["addon/coredns".to_owned()].into();
    let found = found(&cluster(CLUSTER), &without, Some(&[]));
    let expected = (Severity::Note, "kubeadm's phase `addon/coredns` is skipped with this image".to_owned());
    assert_eq!(found, [expected]);
}

#[test]
fn programs_of_packages_must_be_there() {
    let keepalived = changed("provider: kube-vip", "provider: keepalived");
    let image = image("1.36.4");
    finds(&keepalived, &image, Severity::Error, "has no package `keepalived`");
    assert_eq!(found(&keepalived, &image, Some(&["keepalived"])), []);
    let unknown = found(&keepalived, &image, None);
    assert!(unknown[0].1.contains("whether the image has `keepalived`"), "{unknown:?}");
    let longhorn = changed("metrics-server", "longhorn");
    let mut image = image;
    image.addons.insert("longhorn".into(), fixture::addon("longhorn"));
    finds(&longhorn, &image, Severity::Error, "has no package `open-iscsi`, which longhorn needs");
}

#[test]
fn addons_need_their_manifests() {
    let nginx = changed("metrics-server", "ingress-nginx");
    finds(&nginx, &image("1.36.4"), Severity::Error, "has no addon `ingress-nginx`");
    finds(&nginx, &image("1.36.4"), Severity::Warning, "is retired since March 2026");
    let mut without = image("1.36.4");
    without.manifests.remove("tigera-operator.yaml");
    finds(&cluster(CLUSTER), &without, Severity::Error, "has no manifest `tigera-operator.yaml`");
}

#[test]
fn a_test_of_readiness_must_be_one_that_kubectl_knows() {
    let ready = |version: &str| {
        let mut image = image(version);
        let test = ["wait", "--for=jsonpath={.status.phase}=Running", "thing/main"].map(String::from);
        image.addons.get_mut("metrics-server").unwrap().ready.push(test.into());
        image
    };
    let text = "addon `metrics-server` is ready by a `jsonpath`, which kubectl 1.22.0 cannot wait for";
    finds(&cluster(CLUSTER), &ready("1.22.0"), Severity::Error, text);
    assert_eq!(found(&cluster(CLUSTER), &ready("1.36.4"), Some(&[])), []);
}

#[test]
fn nothing_that_a_manifest_names_is_pulled() {
    let digest = format!("sha256:{}", "0".repeat(64));
    let (good, pinned) = ("r.example.org/good:1".to_owned(), format!("r.example.org/a:1@{digest}"));
    let mut image = image("1.36.4");
    for name in [good.clone(), format!("r.example.org/a@{digest}"), "docker.io/library/b:2".to_owned()] {
        image.images.insert(name, Sha256::of(""));
    }
    let names = [
        (good, PullPolicy::IfNotPresent),
        (pinned, PullPolicy::Never),
        ("b:2".into(), PullPolicy::IfNotPresent),
    ];
    image.named.insert("metrics-server.yaml".into(), names.into());
    assert_eq!(found(&cluster(CLUSTER), &image, Some(&[])), []);
    let images = image.named.get_mut("metrics-server.yaml").unwrap();
    images.insert("r.example.org/missing".into(), PullPolicy::Always);
    finds(&cluster(CLUSTER), &image, Severity::Error, "`r.example.org/missing:latest` is not baked");
    let insists = "pulls `r.example.org/missing` each time";
    finds(&cluster(CLUSTER), &image, Severity::Error, insists);
    let patch = serde_json::json!({"resource": "deployment/a", "namespace": null, "type": "json",
        "patch": [{"op": "add", "path": "/spec/template/spec/containers/0/imagePullPolicy", "value": "IfNotPresent"}]});
    let record = image.addons.get_mut("metrics-server").unwrap();
    record.patches.push(serde_json::from_value(patch).unwrap());
    finds(&cluster(CLUSTER), &image, Severity::Warning, insists);
}

#[test]
fn an_old_containerd_lets_images_be_collected() {
    let mut old = image("1.30.0");
    for containerd in ["1.6.20", "1.7.2"] {
        old.containerd = Some(containerd.into());
        finds(&cluster(CLUSTER), &old, Severity::Warning, "does not keep baked images");
    }
    old.containerd = Some("1.7.3".into());
    assert_eq!(found(&cluster(CLUSTER), &old, Some(&[])), []);
}

#[test]
fn kubelet_does_not_start_with_flags_of_the_past() {
    let cluster = changed("mac:", "kubelet_arguments: {pod-infra-container-image: x}, mac:");
    finds(&cluster, &image("1.36.4"), Severity::Error, "host `a`: kubelet 1.36.4 does not start with");
    assert!(found(&cluster, &image("1.33.1"), Some(&[])).is_empty());
}

#[test]
fn machines_and_runtimes_that_cannot_work_are_known() {
    let small = changed("mac:", "cpus: 1, mac:");
    finds(&small, &image("1.36.4"), Severity::Warning, "`a` has 1 processors");
    let mut none = image("1.36.4");
    none.kubernetes = None;
    finds(&cluster(CLUSTER), &none, Severity::Error, "image `node` has no Kubernetes");
    finds(&cluster(CLUSTER), &image("1.99.0"), Severity::Error, "Kubernetes 1.99.0 is not known");
    let mut alone = image("1.36.4");
    alone.agent = None;
    finds(&cluster(CLUSTER), &alone, Severity::Error, "image `node` has no agent");
    let mut old = image("1.36.4");
    old.containerd = Some("1.5.0".into());
    finds(&cluster(CLUSTER), &old, Severity::Error, "containerd `1.5.0` does not serve kubelet 1.36.4");
}

#[test]
fn tokens_grow_old() {
    let (cluster, image) = (cluster(CLUSTER), image("1.36.4"));
    let folder = tempfile::tempdir().unwrap();
    let secrets = secrets::load_or_make(&folder.path().join("a.yaml"), "tiny").unwrap();
    let now = crate::environment::wall_clock() + 90_000;
    let subject = Subject { cluster: &cluster, image: &image, packages: None, secrets: Some(&secrets), now };
    let text = all(&subject).unwrap().to_text();
    assert!(text.contains("older than their lifetime of 24 hours"), "{text}");
    assert!(text.ends_with("0 errors, 0 warnings, 1 note\n"), "{text}");
}
