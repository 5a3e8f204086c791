use super::testing::{self, HASH, TOKEN};
use super::*;
use crate::cluster::{PatchTarget, PodNetworking, Provider, Taint};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CREDENTIALS: Credentials = Credentials { token: TOKEN, ca_cert_hash: HASH, certificate_key: None };
const TOKENS: [Token; 1] = [Token { token: TOKEN, description: "hosts of cluster `book`" }];

fn parse(text: &str) -> Vec<Value> {
    text.split("---\n")
        .filter(|part| !part.is_empty())
        .map(|part| serde_yaml::from_str(part).unwrap())
        .collect()
}

/// The documents of the first control plane of a cluster that `change` has changed.
fn init(minor: u32, repository: &str, change: impl FnOnce(&mut Cluster, &mut ImageRecord)) -> Vec<Value> {
    let (mut cluster, mut image) = (testing::cluster(), testing::image(minor, repository));
    change(&mut cluster, &mut image);
    let scope = testing::scope(&cluster, &image);
    parse(&init::documents(&scope, &cluster.hosts[0], &TOKENS, None).unwrap())
}

fn join(minor: u32, index: usize, change: impl FnOnce(&mut Cluster)) -> Value {
    let (mut cluster, image) = (testing::cluster(), testing::image(minor, "registry.k8s.io"));
    change(&mut cluster);
    let scope = testing::scope(&cluster, &image);
    let member = Member::Host(&cluster.hosts[index]);
    parse(&join::document(&scope, member, &CREDENTIALS).unwrap()).remove(0)
}

#[test]
fn extra_arguments_and_timeouts_move_in_v1beta4() {
    let old = init(30, "registry.k8s.io", |_, _| ());
    assert_eq!(old[0]["nodeRegistration"]["kubeletExtraArgs"], json!({"node-ip": "192.168.61.11"}));
    assert_eq!(old[1]["apiServer"]["timeoutForControlPlane"], "20m0s");
    assert_eq!(old[1]["featureGates"], json!({"PublicKeysECDSA": true}));
    assert!(old[0].get("timeouts").is_none());
    let new = init(31, "registry.k8s.io", |_, _| ());
    let expected = json!([{"name": "node-ip", "value": "192.168.61.11"}]);
    assert_eq!(new[0]["nodeRegistration"]["kubeletExtraArgs"], expected);
    assert_eq!(new[0]["timeouts"]["discovery"], "30m0s");
    assert_eq!(new[1]["encryptionAlgorithm"], "ECDSA-P256");
    assert!(new[1]["apiServer"].get("timeoutForControlPlane").is_none());
}

#[test]
fn joining_waits_half_an_hour_and_pins_the_ca() {
    for (minor, timeout) in [(20, "/discovery/timeout"), (36, "/timeouts/discovery")] {
        let document = join(minor, 3, |_| ());
        assert_eq!(document.pointer(timeout).unwrap(), "30m0s", "1.{minor}");
        assert_eq!(document["discovery"]["bootstrapToken"]["caCertHashes"], json!([HASH]));
        assert!(document["discovery"]["bootstrapToken"].get("unsafeSkipCAVerification").is_none());
        assert!(document.get("controlPlane").is_none());
    }
    let endpoint = json!({"advertiseAddress": "192.168.61.12", "bindPort": 6443});
    assert_eq!(join(36, 1, |_| ())["controlPlane"]["localAPIEndpoint"], endpoint);
}

#[test]
fn no_taints_and_kubeadms_taints_are_different_things() {
    let taints = |document: &Value| document["nodeRegistration"].get("taints").cloned();
    assert_eq!(taints(&join(36, 1, |_| ())), Some(json!([])));
    assert_eq!(taints(&join(36, 1, |cluster| cluster.taints = None)), None);
    assert_eq!(taints(&join(36, 3, |_| ())), None, "workers have none of their own");
    let taint = Taint { key: "a".into(), value: String::new(), effect: "NoSchedule".into() };
    let tainted = join(36, 2, |cluster| cluster.taints = Some(vec![taint]));
    assert_eq!(taints(&tainted), Some(json!([{"key": "a", "effect": "NoSchedule"}])));
}

#[test]
fn the_baked_etcd_and_dns_are_named() {
    let upstream = init(36, "registry.k8s.io", |_, _| ());
    assert_eq!(upstream[1]["etcd"]["local"]["imageTag"], "3.4.23");
    assert_eq!(upstream[1]["dns"], json!({"imageTag": "v1.14.2"}));
    let own = init(20, "imgbuild.local/archive", |_, _| ());
    assert_eq!(own[1]["etcd"]["local"]["imageTag"], "3.4.23");
    assert_eq!(own[1]["dns"]["type"], "CoreDNS");
    assert_eq!(own[1]["dns"]["imageRepository"], "imgbuild.local/archive/coredns");
}

#[test]
fn addons_that_the_image_cannot_have_are_disabled_where_that_can_be_said() {
    let skip = |_: &mut Cluster, image: &mut ImageRecord| {
        image.kubernetes.as_mut().unwrap().skip_phases.insert("addon/coredns".into());
    };
    assert_eq!(init(36, "registry.k8s.io", skip)[1]["dns"], json!({"disabled": true}));
    assert!(init(30, "registry.k8s.io", skip)[1].get("dns").is_none());
}

#[test]
fn static_routes_leave_no_ranges_to_the_controller_manager() {
    let documents = init(20, "registry.k8s.io", |cluster, _| cluster.network = PodNetworking::StaticRoutes);
    assert_eq!(documents[1]["controllerManager"]["extraArgs"], json!({"allocate-node-cidrs": "false"}));
}

#[test]
fn etcd_takes_arguments_with_or_without_a_tag_of_its_own() {
    let slow = BTreeMap::from([("election-timeout".to_owned(), "5000".to_owned())]);
    let etcd = |minor| {
        let documents = init(minor, "registry.k8s.io", |cluster, image| {
            cluster.extra_arguments.etcd = slow.clone();
            if minor == 30 {
                image.images.retain(|reference, _| !reference.contains("/etcd:"));
            }
        });
        documents[1]["etcd"].clone()
    };
    let old = json!({"local": {"dataDir": "/var/lib/etcd", "extraArgs": {"election-timeout": "5000"}}});
    assert_eq!(etcd(30), old);
    let listed = json!([{"name": "election-timeout", "value": "5000"}]);
    assert_eq!(etcd(36)["local"]["extraArgs"], listed);
}

#[test]
fn api_servers_listen_where_the_endpoint_is() {
    let port = |provider| {
        let documents = init(36, "registry.k8s.io", |cluster, _| {
            cluster.endpoint.provider = provider;
            cluster.endpoint.port = 8443;
        });
        assert_eq!(documents[1]["controlPlaneEndpoint"], "192.168.61.10:8443");
        documents[0]["localAPIEndpoint"]["bindPort"].clone()
    };
    assert_eq!((port(Provider::Keepalived), port(Provider::Nlb)), (json!(8443), json!(6443)));
}

#[test]
fn kubelets_configuration_has_the_users_fields_and_what_hosts_rely_on() {
    let documents = init(36, "registry.k8s.io", |cluster, _| {
        cluster.extra_arguments.kubelet_configuration.insert("maxPods".into(), json!(50));
    });
    let expected = json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "cgroupDriver": "systemd", "maxPods": 50, "serverTLSBootstrap": true,
    });
    assert_eq!(documents[2], expected);
}

#[test]
fn a_kubelet_argument_that_is_gone_is_refused() {
    let mut cluster = testing::cluster();
    cluster.extra_arguments.kubelet.insert("pod-infra-container-image".into(), "x".into());
    for (minor, accepted) in [(34, true), (35, false)] {
        let image = testing::image(minor, "registry.k8s.io");
        let scope = testing::scope(&cluster, &image);
        let member = Member::Host(&cluster.hosts[3]);
        assert_eq!(join::document(&scope, member, &CREDENTIALS).is_ok(), accepted, "1.{minor}");
    }
}

#[test]
fn members_of_pools_choose_their_name_and_address() {
    let (cluster, image) = (testing::cluster(), testing::image(36, "registry.k8s.io"));
    let scope = testing::scope(&cluster, &image);
    let text = join::document(&scope, Member::Pool(&cluster.pools["batch"]), &CREDENTIALS).unwrap();
    let registration = &parse(&text)[0]["nodeRegistration"];
    assert!(registration.get("name").is_none());
    let expected = json!([{"name": "node-labels", "value": "example.org/pool=batch"}]);
    assert_eq!(registration["kubeletExtraArgs"], expected);
}

#[test]
fn phases_leave_out_what_the_image_cannot_do() {
    let (mut cluster, mut image) = (testing::cluster(), testing::image(20, "registry.k8s.io"));
    image.kubernetes.as_mut().unwrap().skip_phases = ["addon/coredns", "preflight"].map(String::from).into();
    let phases = phases::init(&testing::scope(&cluster, &image)).unwrap();
    assert_eq!(phases.first().unwrap(), &["certs", "all"]);
    assert_eq!(phases.last().unwrap(), &["addon", "kube-proxy"]);
    assert!(!phases.iter().any(|phase| phase[0] == "upload-certs" || phase.contains(&"coredns".to_owned())));
    assert_eq!(phases::skipped_by_join(&testing::scope(&cluster, &image)), ["preflight"]);
    cluster.upload_certificates = true;
    let phases = phases::init(&testing::scope(&cluster, &image)).unwrap();
    let place = |name: &str| phases.iter().position(|phase| phase[0] == name).unwrap();
    assert_eq!(place("upload-certs"), place("upload-config") + 1);
}

fn patch_the_api_server(cluster: &mut Cluster) {
    cluster.kubeadm_patches = testing::patches(PatchTarget::ApiServer, json!({"spec": {"priority": 5}}));
}

fn patch_kubelet(cluster: &mut Cluster) {
    cluster.kubeadm_patches = testing::patches(PatchTarget::KubeletConfiguration, json!({"maxPods": 50}));
}

#[test]
fn patches_are_a_field_of_the_configuration_since_v1beta3() {
    for (minor, field) in [(20, false), (21, false), (24, true), (34, true)] {
        let expected = field.then(|| json!({"directory": "/etc/kubernetes/patches"}));
        let first = init(minor, "registry.k8s.io", |cluster, _| patch_the_api_server(cluster));
        assert_eq!(first[0].get("patches"), expected.as_ref(), "1.{minor}");
        assert_eq!(join(minor, 1, patch_the_api_server).get("patches"), expected.as_ref(), "1.{minor}");
        assert_eq!(join(minor, 3, patch_the_api_server).get("patches"), None, "1.{minor}");
        assert_eq!(join(minor, 1, |_| ()).get("patches"), None, "1.{minor}");
    }
    for index in [1, 3] {
        assert!(join(34, index, patch_kubelet).get("patches").is_some(), "every node has a kubelet");
    }
}

#[test]
fn phases_that_make_static_pods_are_told_of_patches_where_no_field_is() {
    let flag = "--experimental-patches /etc/kubernetes/patches";
    let told = [format!("etcd local {flag}"), format!("control-plane all {flag}")];
    for (minor, expected) in [(20, &told[..]), (21, &told[..]), (24, &told[..0]), (34, &told[..0])] {
        let (mut cluster, image) = (testing::cluster(), testing::image(minor, "registry.k8s.io"));
        patch_the_api_server(&mut cluster);
        let phases = phases::init(&testing::scope(&cluster, &image)).unwrap();
        let lines = phases.iter().map(|phase| phase.join(" "));
        let told: Vec<String> = lines.filter(|line| line.contains("patches")).collect();
        assert_eq!(told, expected, "1.{minor}");
    }
}

#[test]
fn what_this_kubeadm_does_not_patch_is_refused() {
    for (target, since) in [(PatchTarget::KubeletConfiguration, 25), (PatchTarget::CoreDns, 31)] {
        let rendered = |minor| {
            let (mut cluster, image) = (testing::cluster(), testing::image(minor, "registry.k8s.io"));
            cluster.kubeadm_patches = testing::patches(target, json!({}));
            init::documents(&testing::scope(&cluster, &image), &cluster.hosts[0], &TOKENS, None)
        };
        assert!(rendered(since).is_ok());
        let error = rendered(since - 1).unwrap_err();
        let expected = format!("kubeadm 1.{}.0 does not patch `{}`", since - 1, target.name());
        assert_eq!(error.to_string(), expected);
        assert!(crate::error::hint(&error).unwrap().contains(&format!("1.{since} or later")));
    }
}

#[test]
fn a_phase_that_cannot_be_left_out_is_refused() {
    let (cluster, mut image) = (testing::cluster(), testing::image(36, "registry.k8s.io"));
    image.kubernetes.as_mut().unwrap().skip_phases.insert("certs/sa".into());
    let error = phases::init(&testing::scope(&cluster, &image)).unwrap_err();
    assert!(error.to_string().contains("`certs/sa`"), "{error}");
}

#[test]
fn an_image_that_cannot_be_a_node_is_refused() {
    let cluster = testing::cluster();
    let mut image = testing::image(36, "registry.k8s.io");
    image.kubernetes.as_mut().unwrap().version.minor = 99;
    assert!(Scope::new(&cluster, &image).unwrap_err().to_string().contains("1.99.0"));
    image.kubernetes = None;
    assert!(Scope::new(&cluster, &image).unwrap_err().to_string().contains("no Kubernetes"));
}
