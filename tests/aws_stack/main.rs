//! `aws/cluster.yaml`: what cfn-lint says, what moto makes of it, what its roles may do. All of that needs nothing of
//! AWS's SDK.

#![allow(clippy::disallowed_methods)] // tests start and look freely

#[path = "../support/mod.rs"]
mod support;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use std::path::Path;
use support::moto::{Moto, python};
use support::{Project, python_program, tool};

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/aws/cluster.yaml");

#[test]
fn cfn_lint_finds_nothing() {
    assert_eq!(tool(&python_program("aws", "cfn-lint"), &[TEMPLATE]), "");
}

/// Nobody else gets in anywhere.
#[test]
fn groups_let_in_whom_the_cluster_needs() {
    let said = python("aws_stack/template.py", &[TEMPLATE]);
    let rules = [
        "BalancerGroup from ClientCidr: tcp 6443",
        "BalancerGroup from ClientCidr: tcp 80",
        "BalancerGroup from NodeGroup: tcp 6443",
        "ControlPlaneGroup from BalancerGroup: tcp 6443",
        "ControlPlaneGroup from ControlPlaneGroup: tcp 2379-2380",
        "ControlPlaneGroup from NodeGroup: tcp 6443",
        "NodeGroup from BalancerGroup: tcp 80",
        "NodeGroup from ControlPlaneGroup: tcp 22",
        "NodeGroup from DoorGroup: tcp 22",
        "NodeGroup from NodeGroup: tcp 10250",
        "NodeGroup from NodeGroup: tcp 5473",
        "NodeGroup from NodeGroup: udp 4789",
        "SecretsManagerGroup from ControlPlaneGroup: tcp 443",
    ];
    assert_eq!(said["ingress_rules"], json!(rules));
}

/// In moto it is another one, so what there is to say of it is read from the template.
#[test]
fn the_load_balancer_is_internal_and_has_the_endpoints_address() {
    let said = python("aws_stack/template.py", &[TEMPLATE]);
    let balancer = json!({
        "Type": "network", "Scheme": "internal", "SecurityGroups": [{"Ref": "BalancerGroup"}],
        "SubnetMappings": [{"SubnetId": {"Ref": "Subnet"}, "PrivateIPv4Address": {"Ref": "EndpointAddress"}}],
    });
    assert_eq!(said["balancer"], balancer);
    assert_eq!(said["listeners"], json!([["TCP", 80, "IngressTargets"], ["TCP", 6443, "ApiTargets"]]));
    let control_planes = ["ControlPlane1", "ControlPlane2", "ControlPlane3"];
    // control planes reach the API through it, too: with their own address as the sender that would fail
    let groups = [("ApiTargets", 6443, json!("false")), ("IngressTargets", 80, Value::Null)];
    for (name, port, preserve) in groups {
        let group = json!({
            "protocol": "TCP", "port": port, "targets": control_planes, "preserve_client_ip": preserve,
        });
        assert_eq!(said["target_groups"][name], group, "{name}");
    }
}

/// By their own words, or as workers do, which wait for the control planes.
#[test]
fn whatever_takes_an_address_waits_for_the_reserved_ones() {
    let said = python("aws_stack/template.py", &[TEMPLATE]);
    let inside = [
        "Balancer",
        "ControlPlane1",
        "ControlPlane2",
        "ControlPlane3",
        "Door",
        "SecretsManager",
        "WorkerGroup",
    ];
    assert_eq!(said["in_subnet"], json!(inside));
    assert_eq!(said["unreserved"], json!([]));
}

#[test]
fn control_planes_read_their_secret_and_workers_read_none() {
    let answers = python("aws_stack/policy.py", &[TEMPLATE]);
    assert_eq!(answers["ControlPlaneRole"], json!({"own": true, "other": false, "write": false}));
    assert_eq!(answers["WorkerRole"], json!({"own": false, "other": false, "write": false}));
}

/// What an image of the book's cluster says of itself, without addons.
const RECORD: &str = r#"{"schema": 1, "name": "debian-13", "architecture": "amd64", "imgbuild": "0.1.0", "epoch": 0,
"suites": [], "containerd": "2.3.4", "manifests": {}, "files": {}, "agent": null,
"kubernetes": {"version": "1.36.4", "image_repository": "registry.k8s.io", "skip_phases": []},
"images": {IMAGES}}"#;

/// Renders the shipped cluster; returns its folder.
fn rendered(project: &Project) -> std::path::PathBuf {
    let clusters = Path::new(env!("CARGO_MANIFEST_DIR")).join("clusters");
    for name in ["aws.yaml", "book.yaml"] {
        project.write(&format!("clusters/{name}"), std::fs::read(clusters.join(name)).unwrap());
    }
    // addons are the image's matter
    project
        .write("clusters/bare.yaml", "schema: 1\nname: bare\nextends: aws.yaml\naddons: []\nnetwork: none\n");
    let names = ["kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler"];
    let mut images: Vec<String> =
        names.iter().map(|name| format!("registry.k8s.io/{name}:v1.36.4")).collect();
    images.extend(
        ["pause:3.10.2", "etcd:3.6.5-0", "coredns/coredns:v1.14.2"]
            .map(|name| format!("registry.k8s.io/{name}")),
    );
    let images: serde_json::Map<String, Value> =
        images.into_iter().map(|name| (name, json!("0".repeat(64)))).collect();
    let images = Value::from(images).to_string();
    project.write("image.json", RECORD.replace("{IMAGES}", &images));
    project.run(&["cloud-init", "bare", "--image-record", "image.json"]).success();
    project.path("dist/bare")
}

/// The user-data of `host` as a launch takes them.
fn encoded(folder: &Path, host: &str) -> String {
    Base64::encode_string(&std::fs::read(folder.join(host).join("user-data")).unwrap())
}

#[test]
fn the_stack_has_what_the_book_has() {
    let (moto, project) = (Moto::start(), Project::empty());
    let folder = rendered(&project);
    let parameters = folder.join("aws-parameters.json");
    let stack = python("aws_stack/stack.py", &[&moto.url(), TEMPLATE, parameters.to_str().unwrap()]);
    for (number, host) in (1..).zip(["host01", "host02", "host03"]) {
        let instance = &stack["control_planes"][format!("ControlPlane{number}")];
        assert_eq!(
            (&instance["address"], &instance["image"]),
            (&json!(format!("192.168.61.1{number}")), &json!(true))
        );
        assert_eq!(instance["user_data"], encoded(&folder, host));
    }
    assert_eq!(stack["worker_user_data"], encoded(&folder, "pool.workers"));
    for template in ["ControlPlaneTemplate", "WorkerTemplate"] {
        let data = &stack["templates"][template];
        let metadata =
            json!({"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1});
        assert_eq!(data["MetadataOptions"], metadata);
        assert_eq!(data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"], true);
        let profile = template.replace("Template", "Profile");
        assert!(data["IamInstanceProfile"]["Arn"].as_str().unwrap().contains(&profile), "{template}");
    }
    assert_eq!(stack["listeners"], json!([["HTTP", 80], ["HTTP", 6443]]), "in moto, a balancer speaks HTTP");
    assert_eq!(
        (&stack["targets"]["ApiTargets"]["port"], &stack["targets"]["IngressTargets"]["port"]),
        (&json!(6443), &json!(80))
    );
    assert_eq!(stack["scaling"]["groups"], json!([stack["ingress"]]));
    assert_eq!(stack["roles"]["WorkerRole"], json!({"inline": [], "attached": []}));
}

#[test]
fn secrets_are_in_the_parameters_alone() {
    let project = Project::empty();
    let folder = rendered(&project);
    let secrets = std::fs::read_to_string(project.path("secrets/bare.yaml")).unwrap();
    assert!(secrets.contains("PRIVATE KEY"));
    for host in ["host01", "host02", "host03", "pool.workers"] {
        let path = folder.join(host).join("user-data");
        let size = std::fs::metadata(&path).unwrap().len();
        assert!(size <= 16_384, "{host}: {size} bytes");
        let user_data = tool("gzip", &["-dc", path.to_str().unwrap()]);
        assert!(user_data.starts_with("#cloud-config\n") && !user_data.contains("PRIVATE KEY"), "{host}");
        assert_eq!(
            user_data.contains("path: /etc/imgbuild/node/kubeadm.yaml"),
            host == "pool.workers",
            "{host}"
        );
    }
}
