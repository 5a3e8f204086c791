//! Whole definitions, good and bad: what is accepted, and the exact words of what is refused.

use super::*;
use crate::error;
use crate::node::configuration::Bootstrap;
use proptest::prelude::*;
use std::time::Duration;

const MINIMAL: &str = "schema: 1
name: tiny
image: debian-13
endpoint: {address: 10.0.0.9}
subnet: {network: 10.0.0.0/24}
hosts:
  - {name: a, role: control-plane, address: 10.0.0.1, mac: '52-54-00-AA-BB-01'}
  - {name: b, role: worker, address: 10.0.0.2, mac: '52:54:00:aa:bb:02'}
";

fn cluster_of(text: &str) -> Cluster {
    parse(text, Path::new("a.yaml")).unwrap_or_else(|error| panic!("{error:#}\n{text}"))
}

fn error_of(text: &str) -> String {
    let error = parse(text, Path::new("a.yaml")).expect_err(text);
    assert_eq!(error::exit_code(&error), 3, "{error:#}");
    assert!(error::hint(&error).is_some(), "no hint: {error:#}");
    format!("{error:#}")
}

/// The minimal definition with `from` replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    assert!(MINIMAL.contains(from), "{from}");
    MINIMAL.replace(from, to)
}

#[test]
fn a_minimal_definition_gets_defaults() {
    let cluster = cluster_of(MINIMAL);
    assert_eq!((cluster.platform, cluster.network), (Platform::Nocloud, PodNetworking::StaticRoutes));
    assert_eq!((cluster.endpoint.port, cluster.endpoint.provider), (6443, Provider::KubeVip));
    assert_eq!(cluster.pod_network.to_string(), "172.31.0.0/16");
    assert_eq!(cluster.service_network.to_string(), "10.96.0.0/12");
    assert_eq!((cluster.node_ports, cluster.dns_domain.as_str()), ((30000, 32767), "cluster.local"));
    assert_eq!((cluster.taints, cluster.ingress), (None, None));
    assert_eq!((cluster.bootstrap, cluster.token_lifetime), (Bootstrap::Auto, Duration::from_secs(86_400)));
    let [first, second] = &cluster.hosts[..] else { panic!() };
    assert_eq!(first.mac.as_deref(), Some("52:54:00:aa:bb:01"));
    assert_eq!((first.interface.as_str(), first.cpus, first.memory, second.memory), ("eth0", 2, 4096, 2048));
}

#[test]
fn the_provider_follows_from_address_and_platform() {
    let provider = |text: &str| cluster_of(text).endpoint.provider;
    assert_eq!(provider(&changed("address: 10.0.0.9", "address: 10.0.0.1")), Provider::External);
    let aws = changed("endpoint: {address: 10.0.0.9}", "platform: aws\nendpoint: {address: api.example.org}");
    assert_eq!(provider(&aws), Provider::Nlb);
    assert_eq!(cluster_of(&aws.replace(", mac: '52:54:00:aa:bb:02'", "")).hosts[1].mac, None);
}

#[test]
fn the_addon_ingress_nginx_implies_its_ingress() {
    let cluster = cluster_of(&format!("{MINIMAL}addons: [ingress-nginx]\nnode_ports: 80-32767\n"));
    let ingress = cluster.ingress.unwrap();
    assert_eq!((ingress.class.as_str(), ingress.service.as_str()), ("nginx", "ingress-nginx-controller"));
    assert_eq!(ingress.node_ports, [("http".to_owned(), 80), ("https".to_owned(), 443)].into());
    let narrow = cluster_of(&format!("{MINIMAL}addons: [ingress-nginx]\n")).ingress.unwrap();
    assert!(narrow.node_ports.is_empty());
}

#[test]
fn syntax_schema_fields_and_types_are_judged_like_those_of_images() {
    assert!(error_of("schema: 1\nname: [\n").contains("`a.yaml` is no valid YAML"));
    assert_eq!(error_of("schema: 2\n"), "a.yaml:1:1: unsupported schema `2`, this imgbuild reads 1");
    let unknown = parse(&format!("{MINIMAL}taint: []\n"), Path::new("a.yaml")).unwrap_err();
    assert!(unknown.to_string().starts_with("a.yaml:9:1: `taint`: unknown field `taint`"), "{unknown}");
    assert!(error::hint(&unknown).unwrap().contains("`imgbuild schema cluster`"));
    let role = error_of(&changed("role: worker", "role: node"));
    assert!(role.starts_with("a.yaml:8:15: `hosts[1].role`: unknown variant `node`"), "{role}");
}

#[test]
fn errors_of_single_values_name_the_place() {
    let table = [
        ("name: tiny", "name: Tiny", "a.yaml:2:1: `name`: `Tiny` is no name"),
        ("name: tiny\n", "", "a.yaml:1:1: `name`: is missing"),
        ("image: debian-13", "image: a/b", "a.yaml:3:1: `image`: `a/b` is no image name"),
        ("10.0.0.9", "10.0.0.999", "a.yaml:4:12: `endpoint.address`: `10.0.0.999` is neither"),
        ("10.0.0.9}", "10.0.0.9, port: 0}", "a.yaml:4:31: `endpoint.port`: `0` is no port"),
        ("10.0.0.0/24", "10.0.0.1/24", "a.yaml:5:10: `subnet.network`: `10.0.0.1/24` is an address inside"),
        ("name: b", "name: b.c", "a.yaml:8:6: `hosts[1].name`: `b.c` is no name"),
        ("10.0.0.2", "10.0.0", "a.yaml:8:29: `hosts[1].address`: `10.0.0` is no IPv4 address"),
        (", mac: '52:54:00:aa:bb:02'", "", "a.yaml:8:5: `hosts[1].mac`: is missing"),
        (
            "52:54:00:aa:bb:02",
            "53:54:00:aa:bb:02",
            "a.yaml:8:48: `hosts[1].mac`: `53:54:00:aa:bb:02` is an address for groups",
        ),
        ("52:54:00:aa:bb:02", "52:54", "a.yaml:8:48: `hosts[1].mac`: `52:54` is no MAC address"),
    ];
    for (from, to, expected) in table {
        let error = error_of(&changed(from, to));
        assert!(error.starts_with(expected), "{error}\nexpected {expected}");
    }
}

#[test]
fn errors_of_further_values_name_the_place() {
    let table = [
        ("pod_network: 10.0.0.0/25", "`pod_network`: `10.0.0.0/25` has the wrong size"),
        ("pod_network: 224.0.0.0/8", "`pod_network`: `224.0.0.0/8` has addresses of `224.0.0.0/3`"),
        ("service_network: 127.0.0.0/12", "`service_network`: `127.0.0.0/12` has addresses of `127.0.0.0/8`"),
        ("service_network: 10.0.0.0/8", "`service_network`: `10.0.0.0/8` has the wrong size"),
        ("node_ports: '80'", "`node_ports`: `80` is no range of ports"),
        ("node_ports: 90-80", "`node_ports`: `90-80` is no range of ports"),
        ("dns_domain: 'a b'", "`dns_domain`: `a b` is no DNS name"),
        ("token_lifetime: 24", "`token_lifetime`: invalid type: integer `24`, expected a string"),
        ("token_lifetime: 1m", "`token_lifetime`: `1m` is no lifetime for a token"),
        ("taints: [{key: a}]", "`taints[0].effect`: is missing"),
        ("taints: [{key: a, effect: No}]", "`taints[0].effect`: `No` is no effect of a taint"),
        (
            "taints: [{key: a, effect: NoSchedule}, {key: a, value: b, effect: NoSchedule}]",
            "`taints[1]`: has key and effect of an earlier taint",
        ),
        ("addons: [../x]", "`addons[0]`: `../x` is no name of an addon"),
        ("extra_arguments: {scheduler: {--v: '2'}}", "`extra_arguments.scheduler.--v`: `--v` is no flag"),
        ("extra_arguments: {kubelet: {v: '2 3'}}", "`extra_arguments.kubelet.v`: `2 3` is no value"),
        (
            "extra_arguments: {kubelet: {node-ip: x}}",
            "`extra_arguments.kubelet.node-ip`: `node-ip` is what the rest",
        ),
        (
            "extra_arguments: {kubelet: {config: /x}}",
            "`extra_arguments.kubelet.config`: `config` is what the rest",
        ),
        (
            "extra_arguments: {api_server: {a: \"x\\ny\"}}",
            "`extra_arguments.api_server.a`: `x\\ny` is no single line",
        ),
        (
            "extra_arguments: {kubelet_configuration: {kind: x}}",
            "`extra_arguments.kubelet_configuration.kind`: `kind` is set",
        ),
        (
            "kubeadm_patches: {kubelet: {}}",
            "`kubeadm_patches.kubelet`: `kubelet` is nothing that kubeadm patches",
        ),
        ("kubeadm_patches: {etcd: 5}", "`kubeadm_patches.etcd`: is no mapping"),
        ("kubeadm_patches: {etcd: {a: [{b: \"x\\ny\"}]}}", "`kubeadm_patches.etcd`: has a control character"),
        (
            "kubeadm_patches: {kubeletconfiguration: {cgroupDriver: x}}",
            "`kubeadm_patches.kubeletconfiguration.cgroupDriver`: `cgroupDriver` is set by imgbuild",
        ),
        ("ingress: {node_ports: {http: 80}}", "`ingress.node_ports.http`: `80` is outside of the node ports"),
        (
            "ingress: {node_ports: {http: 30080, https: 30080}}",
            "`ingress.node_ports.https`: `30080` is already the node port of another port",
        ),
        ("ssh_authorized_keys: [x]", "`ssh_authorized_keys[0]`: this is no public SSH key"),
    ];
    for (more, expected) in table {
        let error = error_of(&format!("{MINIMAL}{more}\n"));
        assert!(error.starts_with("a.yaml:9:"), "{error}");
        assert!(error.contains(expected), "{error}\nexpected {expected}");
    }
}

#[test]
fn what_cannot_be_together_is_refused() {
    let table = [
        ("role: control-plane", "role: worker", "`hosts[0].role`: the first host makes the cluster"),
        ("name: b", "name: a", "`hosts[1].name`: `a` is already `hosts[0].name`"),
        ("10.0.0.2", "10.0.0.1", "`hosts[1].address`: `10.0.0.1` is already `hosts[0].address`"),
        ("52:54:00:aa:bb:02", "52:54:00:AA:BB:01", "`hosts[1].mac`: `52:54:00:aa:bb:01` is already"),
        (
            "10.0.0.2",
            "10.0.1.2",
            "`hosts[1].address`: `10.0.1.2` is no address of a machine in `10.0.0.0/24`",
        ),
        ("10.0.0.2", "10.0.0.255", "`hosts[1].address`: `10.0.0.255` is no address of a machine"),
        ("10.0.0.9", "10.0.0.0", "`endpoint.address`: `10.0.0.0` is no address of a machine"),
        ("10.0.0.9", "10.0.0.2", "`endpoint.address`: `b` has this address, and it is a worker"),
        (
            "10.0.0.9",
            "10.0.0.1, provider: keepalived",
            "`endpoint.address`: `10.0.0.1` is the address of `a`",
        ),
        ("10.0.0.9", "api.example.org", "`endpoint.address`: `api.example.org` is no IPv4 address"),
        ("10.0.0.9", "10.0.0.9, port: 443", "`endpoint.port`: `443` is not the port"),
        (
            "10.0.0.9",
            "10.0.0.9, provider: nlb",
            "`endpoint.provider`: a network load balancer exists on AWS only",
        ),
        (
            "image: debian-13",
            "image: x\nplatform: aws\npod_network: 10.0.0.0/16",
            "`pod_network`: `10.0.0.0/16` overlaps the hosts' network",
        ),
        (
            "image: debian-13",
            "image: x\nservice_network: 172.31.0.0/20",
            "`service_network`: `172.31.0.0/20` overlaps the pods' network",
        ),
        (
            "image: debian-13",
            "image: x\npod_network: 172.31.1.0/24",
            "`hosts[0].pod_network`: `172.31.1.0/24` has no /24 for host number 1",
        ),
        (
            "role: worker",
            "role: worker, pod_network: 172.31.1.0/25",
            "`hosts[1].pod_network`: `172.31.1.0/25` overlaps that of `a`",
        ),
        (
            "role: worker",
            "role: worker, pod_network: 10.9.0.0/24",
            "`hosts[1].pod_network`: `10.9.0.0/24` is outside",
        ),
        ("image: debian-13", "image: x\nnetwork: calico", "`addons`: `network: calico` needs the addon"),
        ("image: debian-13", "image: x\naddons: [calico]", "`network`: the addon `calico` carries"),
        ("image: debian-13", "image: x\npools: {w: {}}", "`pools`: static routes need every host by address"),
        ("image: debian-13", "image: x\nnetwork: none\npools: {b: {}}", "`hosts`: `b` is also a pool"),
        ("10.0.0.9", "127.0.0.1, provider: external", "`endpoint.address`: at `127.0.0.1` no other machine"),
        (
            "10.0.0.9",
            "172.31.4.4, provider: external",
            "`endpoint.address`: `172.31.4.4` lies in the pods' network",
        ),
        (
            "10.0.0.9",
            "10.0.0.255, provider: external",
            "`endpoint.address`: `10.0.0.255` is no address of a machine",
        ),
        ("/24}", "/24, nameservers: [0.0.0.0]}", "`subnet.nameservers[0]`: at `0.0.0.0` no other machine"),
        ("/24}", "/24, gateway: 10.0.0.2}", "`subnet.gateway`: `10.0.0.2` is the address of `b`"),
        ("/24}", "/24, gateway: 10.0.0.9}", "`endpoint.address`: `10.0.0.9` is the gateway"),
    ];
    for (from, to, expected) in table {
        let error = error_of(&changed(from, to));
        assert!(error.starts_with("a.yaml:"), "{error}");
        assert!(error.contains(expected), "{error}\nexpected {expected}");
    }
}

#[test]
fn a_control_planes_own_address_serves_while_it_is_the_only_one() {
    let own = changed("10.0.0.9", "10.0.0.1");
    assert_eq!(cluster_of(&own).endpoint.provider, Provider::External);
    let two = own.replace("role: worker", "role: control-plane");
    assert!(error_of(&two).contains("without it the other control planes were unreachable"));
}

#[test]
fn patches_are_kept_by_what_they_change() {
    let text =
        format!("{MINIMAL}kubeadm_patches: {{kube-scheduler: {{spec: {{priority: 5}}}}, etcd: {{}}}}\n");
    let patches = cluster_of(&text).kubeadm_patches;
    assert_eq!(patches.keys().copied().collect::<Vec<_>>(), [PatchTarget::Etcd, PatchTarget::Scheduler]);
    assert_eq!(patches[&PatchTarget::Scheduler]["spec"], serde_json::json!({"priority": 5}));
    assert!(cluster_of(MINIMAL).kubeadm_patches.is_empty());
}

#[test]
fn ports_are_forwarded_once() {
    let text = MINIMAL.replace("mac:", "forwarded_ports: {80: 8080}, mac:");
    assert!(
        error_of(&text).contains("`hosts[1].forwarded_ports.80`: port `8080` is already forwarded to `a`")
    );
}

proptest! {
    /// No text, wherever it is written, makes the validator panic or lets a control character through.
    #[test]
    fn hostile_values_are_refused_or_harmless(text in "\\PC{0,20}|[\\x00-\\x7f]{0,20}", slot in 0_usize..11) {
        let quoted = serde_json::to_string(&text).unwrap();
        let more = [
            format!("addons: [{quoted}]"),
            format!("dns_domain: {quoted}"),
            format!("extra_arguments: {{kubelet: {{v: {quoted}}}}}"),
            format!("extra_arguments: {{api_server: {{{quoted}: x}}}}"),
            format!("extra_arguments: {{kubelet_configuration: {{a: [{quoted}]}}}}"),
            format!("taints: [{{key: {quoted}, effect: NoSchedule}}]"),
            format!("ssh_authorized_keys: [{quoted}]"),
            format!("token_lifetime: {quoted}"),
            format!("pod_network: {quoted}"),
            format!("kubeadm_patches: {{etcd: {{a: [{{b: {quoted}}}]}}}}"),
            format!("kubeadm_patches: {{kube-scheduler: {{{quoted}: 1}}}}"),
        ];
        let accepted = parse(&format!("{MINIMAL}{}\n", more[slot]), Path::new("a.yaml")).is_ok();
        prop_assert!(!accepted || !text.contains(char::is_control), "{:?}", text);
    }
}
