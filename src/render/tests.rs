use super::*;
use crate::cloudinit::{UserData, unpacked};
use crate::cluster::{Cluster, Platform};
use crate::host::testing::{keys, site, templates};
use crate::kubeadm::testing as fixture;
use base64ct::Encoding as _;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What is rendered for all machines of `cluster`, by folder.
fn render(cluster: &Cluster) -> BTreeMap<String, Documents> {
    let image = fixture::image(36, "registry.k8s.io");
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(cluster, &image), &keys, &templates);
    let documents = |machine: Machine| (machine.folder(), Documents::of(&site, machine).unwrap());
    Machine::all(cluster).map(documents).collect()
}

/// Renders into `dist`, and says for which machines.
fn written(cluster: &Cluster, dist: &Path, names: &[&str]) -> Vec<String> {
    let image = fixture::image(36, "registry.k8s.io");
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(cluster, &image), &keys, &templates);
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut told = Vec::new();
    write(&site, dist, &names, |machine, _| told.push(machine.name().to_owned())).unwrap();
    told
}

/// What `--diff` shows.
fn compared(cluster: &Cluster, dist: &Path, token: Option<&'static str>) -> String {
    let image = fixture::image(36, "registry.k8s.io");
    let (mut keys, templates) = (keys(), templates());
    keys.worker_token = token.map_or(keys.worker_token, str::to_owned);
    let site = site(fixture::scope(cluster, &image), &keys, &templates);
    let mut text = String::new();
    compare(&site, dist, &[], |diff| text += &diff.to_text()).unwrap();
    text
}

fn text<'a>(documents: &'a Documents, name: &str) -> &'a str {
    std::str::from_utf8(&documents.documents[name]).unwrap()
}

#[test]
fn the_same_definition_gives_the_same_bytes() {
    let cluster = fixture::cluster();
    let (one, other) = (render(&cluster), render(&cluster));
    for (name, documents) in &one {
        assert_eq!(documents.documents, other[name].documents, "{name}");
    }
}

#[test]
fn a_changed_host_is_a_new_instance_and_others_are_not() {
    let mut cluster = fixture::cluster();
    let before = render(&cluster);
    cluster.hosts[3].labels.insert("a".into(), "b".into());
    let after = render(&cluster);
    let same: Vec<bool> =
        before.iter().map(|(name, old)| old.instance_id == after[name].instance_id).collect();
    assert_eq!(same, [true, true, true, false, true]);
}

#[test]
fn ec2_gets_user_data_alone_and_packed() {
    let mut cluster = fixture::cluster();
    assert!(render(&cluster).values().all(|documents| !documents.is_packed()));
    cluster.platform = Platform::Aws;
    let rendered = render(&cluster);
    let documents = &rendered["host01"];
    assert_eq!(documents.delivered.keys().collect::<Vec<_>>(), [USER_DATA]);
    let delivered = &documents.delivered[USER_DATA];
    assert!(documents.is_packed() && delivered.len() < documents.documents[USER_DATA].len() / 2);
    assert_eq!(unpacked(delivered).unwrap(), documents.documents[USER_DATA]);
}

#[test]
fn the_limit_is_that_of_the_packed_user_data() {
    let mut cluster = fixture::cluster();
    cluster.platform = Platform::Aws;
    let rendered = render(&cluster);
    let documents = &rendered["host01"];
    let mut budget = Budget::of(documents).unwrap();
    assert_eq!(budget.documents[USER_DATA].gzip, documents.delivered[USER_DATA].len());
    assert!(budget.files.values().all(|size| size.gzip > 0));
    assert!(budget.check(Platform::Aws, "host01").is_ok());
    budget.documents.insert(USER_DATA.to_owned(), Size { raw: 60_000, gzip: 16_385 });
    let error = budget.check(Platform::Aws, "host01").unwrap_err();
    assert!(error.to_string().contains("16385 bytes, compressed, and EC2 takes 16384"), "{error}");
    assert!(budget.check(Platform::Nocloud, "host01").is_ok());
}

#[test]
fn what_is_too_large_names_its_largest_parts() {
    let sizes = [("/a", 5), ("/b", 900), ("/c", 70), ("/d", 15_000)];
    let size = |gzip| Size { raw: 20_000, gzip };
    let budget = Budget {
        documents: BTreeMap::from([(USER_DATA.to_owned(), size(16_385))]),
        files: sizes.into_iter().map(|(path, gzip)| (path.to_owned(), size(gzip))).collect(),
    };
    let fault = budget.check(Platform::Aws, "host01").unwrap_err();
    let hint = "most is in /d (15000 bytes), /b (900 bytes), /c (70 bytes)";
    assert_eq!(fault.hint.as_deref(), Some(hint));
}

#[test]
fn no_key_of_a_control_plane_is_in_its_user_data() {
    let mut cluster = fixture::cluster();
    cluster.platform = Platform::Aws;
    cluster.endpoint.provider = crate::cluster::Provider::Nlb;
    let secrets = keys();
    let private = [&secrets.pki["ca.key"], &secrets.control_plane_token, &secrets.ssh_private_key];
    for (name, documents) in render(&cluster) {
        let files = UserData::files(&documents.documents[USER_DATA]).unwrap();
        for file in files {
            let hidden = private.iter().all(|secret| !file.content.contains(secret.as_str()));
            assert!(hidden, "{name}: {}", file.path);
        }
        let control_plane = ["host01", "host02", "host03"].contains(&name.as_str());
        assert_eq!(!documents.fetched.is_empty(), control_plane, "{name}");
    }
}

#[test]
fn the_templates_parameters_hold_what_the_hosts_need() {
    let dist = tempfile::tempdir().unwrap();
    let mut cluster = fixture::cluster();
    cluster.platform = Platform::Aws;
    cluster.endpoint.provider = crate::cluster::Provider::Nlb;
    written(&cluster, dist.path(), &["host02"]);
    let path = dist.path().join("book").join(PARAMETERS);
    assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let read: Vec<BTreeMap<String, String>> =
        serde_json::from_str(&fs_err::read_to_string(&path).unwrap()).unwrap();
    let all: BTreeMap<&str, &str> =
        read.iter().map(|one| (one["ParameterKey"].as_str(), one["ParameterValue"].as_str())).collect();
    assert!(all.values().all(|value| (1..=4096).contains(&value.len())));
    assert_eq!((all["ControlPlane2Address"], all["SubnetCidr"]), ("192.168.61.12", "192.168.61.0/24"));
    assert!(all.contains_key("Worker1UserData1") && all.contains_key("Pool1UserData1"));
    assert_eq!(all["ControlPlaneSecretName"], "imgbuild/book/00000000/control-plane");
    let pieces = (1..).map_while(|number| all.get(format!("ControlPlaneSecret{number}").as_str()));
    let secret = base64ct::Base64::decode_vec(&pieces.copied().collect::<String>()).unwrap();
    let secret: serde_json::Value = serde_json::from_slice(&secret).unwrap();
    let shared = secret["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["path"].as_str().unwrap().ends_with("/ca.key"));
    assert_eq!(shared.unwrap()["hosts"], serde_json::json!(["host01", "host02", "host03"]));
    assert!(compared(&cluster, dist.path(), None).contains("aws-parameters.json: unchanged\n"));
    assert!(
        compared(&cluster, dist.path(), Some("rotate.0123456789abcdef"))
            .contains("aws-parameters.json: changed\n")
    );
}

/// `CloudFormation` refuses a key that the template does not declare.
#[test]
fn the_template_declares_every_parameter() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("clusters/aws.yaml");
    let cluster = crate::cluster::load(&path).unwrap();
    let mut image = fixture::image(36, "registry.k8s.io");
    image.addons = cluster.addons.iter().map(|name| (name.clone(), fixture::addon(name))).collect();
    let names = image.addons.values().flat_map(|addon| &addon.manifests).map(|manifest| &manifest.name);
    image.manifests.extend(names.map(|name| (name.clone(), crate::digest::Sha256::of(name))));
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let given = aws::parameters(&site).unwrap().unwrap();
    let given: Vec<BTreeMap<String, String>> = serde_json::from_str(&given).unwrap();
    let (_, template) = include_str!("../../aws/cluster.yaml").split_once("\nParameters:\n").unwrap();
    let (declared, _) = template.split_once("\nResources:\n").unwrap();
    let declared = declared.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
    let declared: Vec<&str> = declared.map(|(key, _)| key).collect();
    for parameter in &given {
        let key = parameter["ParameterKey"].as_str();
        assert!(declared.contains(&key), "{key}");
    }
}

#[test]
fn a_pool_has_no_name_of_its_own() {
    let rendered = render(&fixture::cluster());
    let pool = &rendered["pool.batch"];
    assert!(!text(pool, USER_DATA).contains("\nhostname:") && !text(pool, META_DATA).contains("hostname"));
    assert!(text(pool, NETWORK_CONFIG).contains("dhcp4: true"));
}

#[test]
fn folders_are_for_their_owner_only_and_summaries_hold_no_secret() {
    let dist = tempfile::tempdir().unwrap();
    assert_eq!(
        written(&fixture::cluster(), dist.path(), &[]),
        ["host01", "host02", "host03", "host04", "batch"]
    );
    let folder = dist.path().join("book");
    let mode = |path: &str| fs_err::metadata(folder.join(path)).unwrap().permissions().mode() & 0o777;
    for (path, expected) in [
        ("", 0o700),
        ("host01", 0o700),
        ("host01/user-data", 0o600),
        ("host01/seed.iso", 0o600),
        ("tokens.yaml", 0o600),
    ] {
        assert_eq!(mode(path), expected, "{path}");
    }
    let summary = fs_err::read_to_string(folder.join("cluster.json")).unwrap();
    let token = keys().worker_token;
    assert!(summary.contains("host04") && !summary.contains(&token) && !summary.contains("PLACEHOLDER"));
}

#[test]
fn hosts_that_are_gone_are_removed() {
    let dist = tempfile::tempdir().unwrap();
    let mut cluster = fixture::cluster();
    written(&cluster, dist.path(), &[]);
    cluster.hosts.pop();
    assert!(compared(&cluster, dist.path(), None).ends_with("host04: removed\n"));
    written(&cluster, dist.path(), &[]);
    let exists = |host: &str| dist.path().join("book").join(host).exists();
    assert!(!exists("host04") && exists("host03"));
}

#[test]
fn one_host_alone_leaves_the_others_as_they_are() {
    let dist = tempfile::tempdir().unwrap();
    let mut cluster = fixture::cluster();
    written(&cluster, dist.path(), &[]);
    cluster.node_ports = (30000, 32767);
    cluster.hosts[1].labels.insert("a".into(), "b".into());
    assert_eq!(written(&cluster, dist.path(), &["host02"]), ["host02"]);
    let text = compared(&cluster, dist.path(), None);
    assert!(text.contains("host01: changed") && text.contains("host02: unchanged"), "{text}");
    let summary = fs_err::read_to_string(dist.path().join("book/cluster.json")).unwrap();
    let words = ["control-plane", "worker", "pool"].map(|kind| format!("\"kind\": \"{kind}\""));
    assert!(words.iter().all(|word| summary.contains(word)), "{summary}");
    let summary: Summary = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary.hosts.len(), 5);
}

#[test]
fn the_folder_of_an_image_is_refused() {
    let dist = tempfile::tempdir().unwrap();
    fs_err::create_dir(dist.path().join("book")).unwrap();
    fs_err::write(dist.path().join("book/manifest.json"), "{}").unwrap();
    let error = Folder::open(dist.path(), "book").err().unwrap();
    assert!(error.to_string().contains("is the folder of an image"), "{error}");
}

#[test]
fn a_difference_shows_fields_but_of_secrets_only_that_they_changed() {
    let dist = tempfile::tempdir().unwrap();
    let mut cluster = fixture::cluster();
    assert!(compared(&cluster, dist.path(), None).starts_with("host01: new\n"));
    written(&cluster, dist.path(), &[]);
    assert!(compared(&cluster, dist.path(), None).starts_with("host01: unchanged\nhost02: unchanged\n"));
    let text = compared(&cluster, dist.path(), Some("rotate.0123456789abcdef"));
    assert!(text.contains("kubeadm.yaml changed (a secret)"), "{text}");
    assert!(!text.contains("rotate.") && !text.contains("worker."), "{text}");
    cluster.node_ports = (30000, 32767);
    let text = compared(&cluster, dist.path(), None);
    assert!(text.contains("- ") && text.contains("+ ") && text.contains("30000-32767"), "{text}");
    assert!(!text.contains("(a secret)"), "{text}");
}

#[test]
fn machines_are_found_by_name() {
    let cluster = fixture::cluster();
    let found = Machine::named(&cluster, &["host02".to_owned(), "batch".to_owned()]).unwrap();
    assert_eq!(found.iter().map(Machine::kind).collect::<Vec<_>>(), [Kind::ControlPlane, Kind::Pool]);
    assert!(Machine::named(&cluster, &["host09".to_owned()]).is_err());
}

#[test]
fn vagrant_is_told_of_its_machines_and_nobody_else_is() {
    let dist = tempfile::tempdir().unwrap();
    let mut cluster = fixture::cluster();
    let path = dist.path().join("book").join(VAGRANT);
    let mut image = fixture::image(36, "registry.k8s.io");
    let (keys, templates) = (keys(), templates());
    let mut render = |cluster: &Cluster, vagrant: bool| {
        image.vagrant = vagrant;
        write(&site(fixture::scope(cluster, &image), &keys, &templates), dist.path(), &[], |_, _| {})
    };
    cluster.platform = Platform::Vagrant;
    let refused = render(&cluster, false).unwrap_err();
    assert!(refused.to_string().ends_with("has nothing that Vagrant could log in with"), "{refused}");
    assert_eq!(crate::error::exit_code(&refused), 3);
    render(&cluster, true).unwrap();
    let told = fs_err::read_to_string(&path).unwrap();
    assert!(told.contains("\"host01\"") && !told.contains("PLACEHOLDER"), "{told}");
    cluster.platform = Platform::Nocloud;
    render(&cluster, true).unwrap();
    assert!(!path.exists());
}
