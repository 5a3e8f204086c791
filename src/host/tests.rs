use super::testing::{keys, site, templates};
use super::*;
use crate::bake::ImageRecord;
use crate::cluster::{PatchTarget, Platform, PodNetworking, Provider};
use crate::kubeadm::testing as fixture;
use crate::node::configuration::{Bootstrap, NodeAddress, NodeConfiguration, PATH, When};
use crate::process::foreign;
use serde_json::{Value, json};
use std::path::Path;

/// Bundles of a cluster that `change` has changed: one for each host, then the pool's.
fn bundles(minor: u32, change: impl FnOnce(&mut Cluster, &mut ImageRecord)) -> Vec<Bundle> {
    let (mut cluster, mut image) = (fixture::cluster(), fixture::image(minor, "registry.k8s.io"));
    change(&mut cluster, &mut image);
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let hosts = cluster.hosts.iter().map(|host| of_host(&site, host).unwrap());
    hosts.chain(cluster.pools.values().map(|pool| of_pool(&site, pool).unwrap())).collect()
}

fn book() -> Vec<Bundle> {
    bundles(36, |_, _| ())
}

fn find<'a>(bundle: &'a Bundle, path: &str) -> Option<&'a str> {
    bundle.files.iter().find(|file| file.path == path).map(|file| file.content.as_str())
}

fn node(bundle: &Bundle) -> NodeConfiguration {
    serde_json::from_str(find(bundle, PATH).unwrap()).unwrap()
}

#[test]
fn the_agents_configuration_is_written_last() {
    for bundle in book() {
        assert_eq!(bundle.files.last().unwrap().path, PATH);
    }
}

#[test]
fn roles_follow_the_order_of_the_definition() {
    use configuration::Role::{ControlPlane, FirstControlPlane, Worker};
    let nodes: Vec<NodeConfiguration> = book().iter().map(node).collect();
    let roles: Vec<_> = nodes.iter().map(|node| node.role).collect();
    assert_eq!(roles, [FirstControlPlane, ControlPlane, ControlPlane, Worker, Worker]);
    let before: Vec<Vec<&str>> =
        nodes.iter().map(|node| node.predecessors.iter().map(|peer| peer.name.as_str()).collect()).collect();
    assert_eq!(before, [vec![], vec!["host01"], vec!["host01", "host02"], vec![], vec![]]);
    assert_eq!(nodes[3].address, NodeAddress::Fixed([192, 168, 61, 14].into()));
    assert_eq!(nodes[4].address, NodeAddress::Within("192.168.62.0/24".into()));
    assert!(nodes[0].kubeadm.init_phases.len() > 10 && nodes[1].kubeadm.init_phases.is_empty());
}

#[test]
fn workers_have_no_secret_but_their_token() {
    let token = keys().control_plane_token;
    for bundle in &book()[3..] {
        let secrets = bundle.files.iter().filter(|file| file.secrecy == Secrecy::Secret);
        assert_eq!(secrets.count(), 0);
        for file in &bundle.files {
            assert!(
                !file.content.contains(&token) && file.path.strip_suffix(".key").is_none(),
                "{}",
                file.path
            );
        }
        let pki = bundle.files.iter().filter(|file| file.path.contains("/pki/"));
        assert_eq!(pki.map(|file| file.path.as_str()).collect::<Vec<_>>(), ["/etc/imgbuild/node/pki/ca.crt"]);
        assert!(node(bundle).hosts.is_empty());
    }
}

#[test]
fn what_is_secret_is_for_root_alone() {
    let file = |file: &File| file.secrecy == Secrecy::Public || file.mode == 0o600;
    assert!(book().iter().all(|bundle| bundle.files.iter().all(file)));
}

#[test]
fn uploaded_certificates_are_fetched_with_the_key() {
    let bundles = bundles(36, |cluster, _| cluster.upload_certificates = true);
    let keys =
        |bundle: &Bundle| bundle.files.iter().filter(|file| file.path.strip_suffix(".key").is_some()).count();
    assert_eq!((keys(&bundles[0]), keys(&bundles[1])), (4, 0));
    let has_key = |bundle: &Bundle| find(bundle, configuration::KUBEADM).unwrap().contains("certificateKey");
    assert_eq!(bundles.iter().map(has_key).collect::<Vec<_>>(), [true, true, true, false, false]);
}

#[test]
fn images_are_those_of_the_role_in_the_order_of_need() {
    let bundles = book();
    let names = |bundle: &Bundle| -> Vec<String> {
        let last = |image: &String| image.rsplit('/').next().unwrap().split(':').next().unwrap().to_owned();
        node(bundle).images.iter().map(last).collect()
    };
    let first = ["pause", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-vip"];
    let rest = ["kube-proxy", "operator", "coredns"];
    assert_eq!(names(&bundles[0]), [&first[..], &rest[..]].concat());
    assert_eq!(names(&bundles[3]), [&first[..1], &rest[..]].concat());
}

#[test]
fn kube_vip_starts_with_the_super_admin_and_is_handed_over() {
    for (minor, path) in [(28, "/etc/kubernetes/admin.conf"), (29, "/etc/kubernetes/super-admin.conf")] {
        let bundles = bundles(minor, |_, _| ());
        let volume = |bundle: &Bundle| {
            let pod: Value =
                serde_yaml::from_str(find(bundle, "/etc/imgbuild/node/kube-vip.yaml").unwrap()).unwrap();
            pod["spec"]["volumes"][0]["hostPath"].clone()
        };
        assert_eq!(volume(&bundles[0]), json!({"path": path, "type": "File"}), "1.{minor}");
        assert_eq!(volume(&bundles[1])["path"], "/etc/kubernetes/admin.conf");
        let handed_over = node(&bundles[0]).endpoint.handover.is_some();
        assert_eq!(handed_over, path.contains("super"));
        assert!(node(&bundles[1]).endpoint.handover.is_none());
        let when = |bundle: &Bundle| node(bundle).install[0].when;
        assert_eq!((when(&bundles[0]), when(&bundles[1])), (When::BeforeKubeadm, When::AfterKubeadm));
        assert!(node(&bundles[3]).install.is_empty());
    }
}

#[test]
fn kube_vip_speaks_to_its_own_machine() {
    let bundles = book();
    let pod: Value =
        serde_yaml::from_str(find(&bundles[1], "/etc/imgbuild/node/kube-vip.yaml").unwrap()).unwrap();
    let environment = pod["spec"]["containers"][0]["env"].as_array().unwrap();
    let value = |name| environment.iter().find(|entry| entry["name"] == name).unwrap()["value"].clone();
    assert_eq!(value("kubernetes_addr"), "https://192.168.61.12:6443");
    assert_eq!((value("address"), value("vip_interface")), (json!("192.168.61.10"), json!("eth0")));
    assert!(!environment.iter().any(|entry| entry["name"] == "lb_enable"));
}

#[test]
fn an_image_without_kube_vip_is_refused() {
    let (cluster, mut image) = (fixture::cluster(), fixture::image(36, "registry.k8s.io"));
    image.images.retain(|reference, _| !reference.contains("kube-vip"));
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    assert!(of_host(&site, &cluster.hosts[0]).err().unwrap().to_string().contains("no kube-vip"));
    assert!(of_host(&site, &cluster.hosts[3]).is_ok());
}

#[test]
fn a_kube_vip_that_is_known_not_to_work_is_refused() {
    let (cluster, mut image) = (fixture::cluster(), fixture::image(36, "registry.k8s.io"));
    image.images.retain(|reference, _| !reference.contains("kube-vip"));
    image.images.insert("ghcr.io/kube-vip/kube-vip:v1.2.2".into(), crate::digest::Sha256::of(""));
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let error = of_host(&site, &cluster.hosts[0]).err().unwrap().to_string();
    assert!(error.contains("kube-vip:v1.2.2`: dials the address that it must create"), "{error}");
    assert!(of_host(&site, &cluster.hosts[3]).is_ok());
}

#[test]
fn keepalived_is_master_on_the_first_control_plane_only() {
    let bundles = bundles(20, |cluster, _| cluster.endpoint.provider = Provider::Keepalived);
    let path = "/etc/imgbuild/node/keepalived.conf";
    let text = find(&bundles[0], path).unwrap();
    assert!(text.contains("state MASTER") && text.contains("priority 200\n"), "{text}");
    assert!(text.contains("        192.168.61.12\n        192.168.61.13\n    }"), "{text}");
    assert!(text.contains("192.168.61.10/24 dev eth0") && text.contains("auth_pass vrrppass\n"), "{text}");
    let text = find(&bundles[2], path).unwrap();
    assert!(text.contains("state BACKUP") && text.contains("priority 149\n"), "{text}");
    assert!(find(&bundles[3], path).is_none());
    assert_eq!(node(&bundles[2]).endpoint.unit.as_deref(), Some("keepalived.service"));
    assert_eq!(node(&bundles[3]).endpoint.unit, None);
}

#[test]
fn keepalived_alone_has_nobody_to_speak_to() {
    let bundles = bundles(20, |cluster, _| {
        cluster.endpoint.provider = Provider::Keepalived;
        cluster.hosts.drain(1..3);
    });
    let text = find(&bundles[0], "/etc/imgbuild/node/keepalived.conf").unwrap();
    assert!(!text.contains("unicast"), "{text}");
    assert!(text.contains("    }\n    virtual_ipaddress {"), "{text}");
}

#[test]
fn on_ec2_every_host_asks_amazons_time_server() {
    let path = "/etc/chrony/sources.d/ec2.sources";
    assert!(book().iter().all(|bundle| find(bundle, path).is_none()));
    for bundle in bundles(36, |cluster, _| cluster.platform = Platform::Aws) {
        assert!(find(&bundle, path).unwrap().starts_with("server 169.254.169.123 "));
    }
}

#[test]
fn static_routes_give_each_host_its_range() {
    let bundles = bundles(20, |cluster, _| {
        cluster.network = PodNetworking::StaticRoutes;
        cluster.pools.clear();
    });
    let text = find(&bundles[1], "/etc/cni/net.d/10-imgbuild.conflist").unwrap();
    assert!(text.contains("172.31.2.254") && text.contains("172.31.0.0/16"), "{text}");
    assert!(find(&bundles[0], "/etc/kubernetes/components/custom-resources.yaml").is_none());
}

#[test]
fn calico_comes_first_with_the_clusters_pod_network() {
    let bundles = bundles(36, |cluster, _| {
        cluster.addons = ["longhorn", "calico", "metrics-server"].map(String::from).into();
    });
    let addons = node(&bundles[0]).addons;
    let names: Vec<&str> = addons.iter().map(|addon| addon.name.as_str()).collect();
    assert_eq!(names, ["calico", "longhorn", "metrics-server"]);
    let files: Vec<&str> = addons[0].manifests.iter().filter_map(|path| path.rsplit('/').next()).collect();
    assert_eq!(files, ["operator-crds.yaml", "tigera-operator.yaml", "custom-resources.yaml"]);
    let resource = find(&bundles[0], "/etc/kubernetes/components/custom-resources.yaml").unwrap();
    assert!(resource.contains("cidr: 172.31.0.0/16"), "{resource}");
    assert!(node(&bundles[1]).addons.is_empty());
}

#[test]
fn an_addon_that_the_image_does_not_have_is_refused() {
    let (mut cluster, image) = (fixture::cluster(), fixture::image(36, "registry.k8s.io"));
    cluster.addons.push("ingress-nginx".into());
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let error = of_host(&site, &cluster.hosts[0]).err().unwrap().to_string();
    assert!(error.contains("has no addon `ingress-nginx`"), "{error}");
}

#[test]
fn names_of_all_hosts_are_on_control_planes() {
    let bundles = book();
    let names = |bundle: &Bundle| {
        let text = find(bundle, "/etc/hosts").unwrap();
        assert!(text.starts_with("127.0.0.1 localhost\n") && text.ends_with('\n') && !text.contains("\n\n"));
        text.lines().filter(|line| line.contains(" host0")).count()
    };
    assert_eq!(bundles.iter().map(names).collect::<Vec<_>>(), [4, 4, 4, 4, 3]);
}

#[test]
fn k8s_all_reaches_all_others_with_a_key_for_commands_only() {
    let bundles = book();
    let script = find(&bundles[0], "/usr/local/bin/k8s-all").unwrap();
    assert!(script.contains("for host in '192.168.61.12' '192.168.61.13' '192.168.61.14'; do"), "{script}");
    let keys = find(&bundles[3], "/root/.ssh/authorized_keys").unwrap();
    assert_eq!(keys, "from=\"192.168.61.11\",restrict ssh-ed25519 AAAAPLACEHOLDER k8s-all\n");
    assert!(find(&bundles[0], "/root/.ssh/authorized_keys").is_none());
    assert!(find(&bundles[1], "/root/.ssh/id_k8s_all").is_none());
}

#[test]
fn by_hand_the_book_finds_its_files() {
    let bundles = bundles(36, |cluster, _| cluster.bootstrap = Bootstrap::Manual);
    let target = |bundle: &Bundle| node(bundle).install.pop().unwrap().to;
    assert_eq!(target(&bundles[0]), "/etc/kubernetes/kubeadm-init.yaml");
    assert_eq!(target(&bundles[3]), "/etc/kubernetes/kubeadm-join.yaml");
}

#[test]
fn patches_are_on_the_hosts_whose_parts_they_change() {
    let bundles = bundles(34, |cluster, _| {
        let pod = fixture::patches(PatchTarget::ApiServer, json!({"spec": {"priority": 5}}));
        let kubelet = fixture::patches(PatchTarget::KubeletConfiguration, json!({"maxPods": 50}));
        cluster.kubeadm_patches = pod.into_iter().chain(kubelet).collect();
    });
    let names = |bundle: &Bundle| -> Vec<String> {
        let paths = bundle.files.iter().map(|file| &file.path);
        paths.filter_map(|path| path.strip_prefix("/etc/kubernetes/patches/")).map(str::to_owned).collect()
    };
    let both = ["kube-apiserver+strategic.json", "kubeletconfiguration+strategic.json"];
    for (index, bundle) in bundles.iter().enumerate() {
        assert_eq!(names(bundle), if index < 3 { &both[..] } else { &both[1..] });
    }
    let text = find(&bundles[0], "/etc/kubernetes/patches/kube-apiserver+strategic.json").unwrap();
    assert_eq!(text, "{\n  \"spec\": {\n    \"priority\": 5\n  }\n}\n");
}

#[test]
fn control_planes_tell_an_old_kubeadm_of_patches() {
    let flag = ["--experimental-patches", "/etc/kubernetes/patches"];
    for (minor, expected) in [(20, &flag[..]), (21, &flag[..]), (24, &flag[..0]), (34, &flag[..0])] {
        let bundles = bundles(minor, |cluster, _| {
            cluster.kubeadm_patches = fixture::patches(PatchTarget::Etcd, json!({}));
        });
        let arguments = |bundle: &Bundle| node(bundle).kubeadm.arguments;
        assert!(bundles[..3].iter().all(|bundle| arguments(bundle) == expected), "1.{minor}");
        assert!(bundles[3..].iter().all(|bundle| arguments(bundle).is_empty()), "1.{minor}");
    }
}

#[test]
fn small_control_planes_are_meant_to_be() {
    let bundles = bundles(36, |cluster, _| {
        cluster.hosts[0].cpus = 1;
        cluster.hosts[3].memory = 512;
    });
    assert_eq!(node(&bundles[0]).kubeadm.ignore_preflight_errors, ["NumCPU"]);
    assert!(node(&bundles[3]).kubeadm.ignore_preflight_errors.is_empty());
}

#[test]
fn a_host_knows_the_way_to_every_other_hosts_pods() {
    let (mut cluster, image) = (fixture::cluster(), fixture::image(20, "registry.k8s.io"));
    cluster.network = PodNetworking::StaticRoutes;
    cluster.subnet.gateway = Some([192, 168, 61, 1].into());
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let config = serde_json::to_value(network_config(&site, &cluster.hosts[1]).unwrap()).unwrap();
    let route = |to: &str, via: &str| json!({"to": to, "via": via});
    let expected = json!([
        route("0.0.0.0/0", "192.168.61.1"),
        route("172.31.1.0/24", "192.168.61.11"),
        route("172.31.3.0/24", "192.168.61.13"),
        route("172.31.4.0/24", "192.168.61.14"),
    ]);
    assert_eq!(config["ethernets"]["cluster"]["routes"], expected);
}

#[test]
fn manifests_of_shipped_addons_are_filled_in_as_kept() {
    let bundles = bundles(36, |cluster, image| {
        cluster.addons = crate::addon::shipped().map(str::to_owned).collect();
        image.addons = crate::addon::shipped().map(|name| (name.to_owned(), fixture::addon(name))).collect();
        let names = image.addons.values().flat_map(|addon| &addon.manifests).map(|manifest| &manifest.name);
        image.manifests.extend(names.map(|name| (name.clone(), crate::digest::Sha256::of(name))));
    });
    for name in ["custom-resources.yaml", "kubelet-csr-approver.yaml"] {
        let text = find(&bundles[0], &format!("/etc/kubernetes/components/{name}")).unwrap();
        let kept = format!("tests/golden/addons/{name}");
        crate::golden::assert_kept(&kept, text);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
        let arguments = ["annotate", "--local", "--output=name", "example.org/seen=yes", "--filename"];
        foreign("kubectl").args(arguments).arg(path).output().unwrap();
    }
    let names: Vec<String> = node(&bundles[0]).addons.into_iter().map(|addon| addon.name).collect();
    assert_eq!(names[..3], ["calico", "kube-vip", "kubelet-csr-approver"]);
    assert_eq!(node(&bundles[0]).addons[0].wait, [["--for=condition=Ready", "node/host01", "--timeout=5m"]]);
}
