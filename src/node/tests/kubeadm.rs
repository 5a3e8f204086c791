//! The programs of the double's host and the cluster that they talk to. They refuse what the real ones refuse,
//! and panic on what would do harm.

use super::fake::FakeHost;
use crate::digest::Sha256;
use crate::node::configuration::{NodeConfiguration, OCI_LAYOUT, Role};
use crate::node::etcd::Member;
use crate::node::host::{Host, Input, Told};
use crate::oci::index::{Index, Platform};
use crate::oci::manifest::{Descriptor, Manifest};
use crate::oci::media_type;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What kubelet got for itself.
pub const KUBELET_CERTIFICATE: &str = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const ETCD_MANIFEST: &str = "/etc/kubernetes/manifests/etcd.yaml";
/// What kubelet gets its certificate with; there while it does.
const BOOTSTRAP: &str = "/etc/kubernetes/bootstrap-kubelet.conf";
/// In this order kubeadm writes them.
const ETCD_CLIENT: [&str; 2] = [
    "/run/imgbuild/etcd-client/etcd/healthcheck-client.key",
    "/run/imgbuild/etcd-client/etcd/healthcheck-client.crt",
];

/// What is outside the host's files.
#[allow(clippy::struct_excessive_bools)] // each is another way in which a cluster may be
pub struct Cluster {
    /// The host's name.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// Whether a time server has confirmed the clock.
    pub synchronised: bool,
    /// Milliseconds after power-on at which the API answers at the endpoint; `None`: when this host starts it.
    pub api_from_ms: Option<u64>,
    /// Whether the API answers.
    pub api: bool,
    /// Whether the endpoint's certificate is of another CA.
    pub foreign_ca: bool,
    /// Ids of bootstrap tokens.
    pub tokens: BTreeSet<String>,
    /// Whether kubeadm will not hear that etcd has taken this host as a member.
    pub deaf: bool,
    /// Members of etcd.
    pub members: Vec<Member>,
    /// Registered nodes.
    pub nodes: BTreeSet<String>,
    /// Images of containerd, and those that are unpacked.
    pub images: BTreeSet<String>,
    /// How often each thing was done that the cluster remembers.
    pub done: BTreeMap<String, u32>,
    /// Answers by the beginning of a command; the last one is taken first, and once.
    pub answers: BTreeMap<String, Vec<Told>>,
    /// The services of AWS.
    pub ec2: Ec2,
    address: String,
}

/// What the instance metadata service and Secrets Manager answer.
#[derive(Default)]
pub struct Ec2 {
    /// The instance's address, if it is not that of the host.
    pub address: Option<String>,
    /// The body of Secrets Manager's answer.
    pub secret: String,
    /// What it says instead.
    pub refusal: Option<Told>,
}

impl Cluster {
    /// As the host of `configuration` finds it when all are switched on at once.
    pub fn new(configuration: &NodeConfiguration) -> Self {
        let own = configuration.hosts.iter().find(|peer| peer.name == configuration.name);
        let address = own.map(|peer| peer.addresses[0].to_string()).unwrap_or_default();
        let first = configuration.role == Role::FirstControlPlane;
        let host01 = member("host01", "192.168.61.11");
        Self {
            name: configuration.name.clone(),
            addresses: vec!["10.0.2.15".into(), address.clone()],
            synchronised: true,
            api_from_ms: (!first).then_some(120_000),
            api: false,
            foreign_ca: false,
            tokens: if first { BTreeSet::new() } else { ["abcdef".to_owned()].into() },
            deaf: false,
            members: if first { Vec::new() } else { vec![host01] },
            nodes: BTreeSet::new(),
            images: BTreeSet::new(),
            done: BTreeMap::new(),
            answers: BTreeMap::new(),
            ec2: Ec2::default(),
            address,
        }
    }

    /// Others go on while this host sleeps.
    pub fn time_passes(&mut self, uptime_ms: u64) {
        self.api |= self.api_from_ms.is_some_and(|from| uptime_ms >= from);
    }

    /// At boot, kubelet starts static pods, and registers its node if it has a certificate.
    pub fn kubelet_starts(&mut self, etcd: bool, certificate: bool) {
        if certificate {
            self.nodes.insert(self.name.clone());
        }
        let peer = peer_url(&self.address);
        for member in self.members.iter_mut().filter(|member| etcd && member.peer_urls.contains(&peer)) {
            member.name.clone_from(&self.name);
        }
    }

    /// While it runs, kubelet starts an etcd that it finds; with that one the others have their majority again.
    pub fn kubelet_finds(&mut self, etcd: bool) {
        if etcd {
            self.kubelet_starts(true, true);
            self.api = true;
        }
    }

    fn count(&mut self, what: &str) {
        *self.done.entry(what.to_owned()).or_default() += 1;
    }

    fn own_member(&self) -> Option<&Member> {
        let peer = peer_url(&self.address);
        self.members.iter().find(|member| member.peer_urls.contains(&peer))
    }
}

/// A member of etcd that runs and votes.
pub fn member(name: &str, address: &str) -> Member {
    Member { id: "17".into(), name: name.into(), peer_urls: vec![peer_url(address)], is_learner: false }
}

fn peer_url(address: &str) -> String {
    format!("https://{address}:2380")
}

/// Lays out images of one layer each, as the bake does.
pub fn bake_images(host: &FakeHost, references: &[String]) {
    let blob = |bytes: &[u8]| {
        let digest = Sha256::of(bytes);
        crate::atomic::write(&host.path(&format!("{OCI_LAYOUT}/blobs/sha256/{digest}")), bytes).unwrap();
        digest
    };
    let entry = |reference: &String| {
        let layer = blob(format!("layer of {reference}").as_bytes());
        let config =
            blob(br#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#);
        let layer = Descriptor::new(media_type::LAYER, layer, 10);
        let manifest = Manifest::new(Descriptor::new(media_type::CONFIG, config, 2), vec![layer]);
        let mut entry =
            Descriptor::new(media_type::MANIFEST, blob(&serde_json::to_vec(&manifest).unwrap()), 3);
        entry.platform = Some(Platform::linux(crate::architecture::Architecture::Amd64));
        entry.annotations = Some([("io.containerd.image.name".to_owned(), reference.clone())].into());
        entry
    };
    let manifests = references.iter().map(entry).collect();
    let index = Index { schema_version: 2, media_type: None, manifests };
    host.write(&format!("{OCI_LAYOUT}/index.json"), &serde_json::to_string(&index).unwrap());
}

/// Runs the program `line`; `effect` is called where the power may be cut.
pub fn run(host: &FakeHost, line: &str, input: &Input, effect: &dyn Fn()) -> Told {
    effect();
    if let Some(told) = scripted(host, line) {
        return told;
    }
    let words: Vec<&str> = line.split(' ').collect();
    let told = match words.as_slice() {
        ["ip", ..] => printed(&addresses(host)),
        ["timedatectl", ..] => printed(if host.world().cluster.synchronised { "yes\n" } else { "no\n" }),
        ["systemctl", "--quiet", "is-enabled", _] => failed(1, ""),
        ["systemctl", "--quiet", verb, unit] => remembered(host, &format!("{verb} {unit}")),
        ["ctr", _, _, rest @ ..] => ctr(host, rest, input),
        ["curl", ..] => curl(host, line, input),
        ["kubeadm", "init", "phase", "certs", "etcd-healthcheck-client", ..] => etcd_client(host),
        ["unshare", "--mount", ..] => etcd_manifest(host, line),
        ["kubeadm", "init", "phase", rest @ ..] => init(host, rest, effect),
        ["kubeadm", "join", "phase", "control-plane-join", phase, ..] => remembered(host, phase),
        ["kubeadm", "join", ..] => join(host, effect),
        ["kubeadm", "reset", ..] => reset(host, effect),
        ["kubectl", _, _, rest @ ..] => kubectl(host, rest),
        _ => panic!("no such program: {line}"),
    };
    effect();
    told
}

fn scripted(host: &FakeHost, line: &str) -> Option<Told> {
    let mut world = host.world();
    let answers = world.cluster.answers.iter_mut().find(|(start, _)| line.starts_with(start.as_str()));
    answers.and_then(|(_, answers)| answers.pop())
}

fn printed(text: &str) -> Told {
    Told { stdout: text.as_bytes().to_vec(), ..Told::success() }
}

pub fn failed(code: i32, said: &str) -> Told {
    Told { code, stdout: Vec::new(), said: said.to_owned() }
}

fn remembered(host: &FakeHost, what: &str) -> Told {
    host.world().cluster.count(what);
    Told::success()
}

fn addresses(host: &FakeHost) -> String {
    let info: Vec<_> = host.world().cluster.addresses.iter().map(|local| json!({ "local": local })).collect();
    json!([{ "ifname": "lo", "addr_info": [{ "local": "127.0.0.1" }] }, { "addr_info": info }]).to_string()
}

fn ctr(host: &FakeHost, words: &[&str], input: &Input) -> Told {
    match words {
        ["images", "list", ..] => {
            let world = host.world();
            let lines: Vec<&str> = world.cluster.images.iter().map(String::as_str).collect();
            printed(&lines.join("\n"))
        }
        ["content", "ingest", ..] => {
            assert!(matches!(input, Input::File(_)), "a layer must be able to be sought in");
            Told::success()
        }
        ["images", "import", ..] => {
            let Input::Bytes(tar) = input else { panic!("an archive is expected") };
            let names = imported(tar);
            host.world().cluster.images.extend(names);
            Told::success()
        }
        ["snapshots", "unpack", digest] => remembered(host, &format!("unpack {digest}")),
        ["tasks", ..] => Told::success(),
        _ => panic!("ctr {words:?}"),
    }
}

fn imported(bytes: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(bytes);
    let entries = archive.entries().unwrap().map(Result::unwrap);
    let mut index = entries.into_iter().find(|entry| entry.path().unwrap().ends_with("index.json")).unwrap();
    let index: Index = serde_json::from_reader(&mut index).unwrap();
    index.manifests.into_iter().flat_map(|entry| entry.annotations.unwrap().into_values()).collect()
}

fn curl(host: &FakeHost, line: &str, input: &Input) -> Told {
    let mut world = host.world();
    let cluster = &mut world.cluster;
    let known = ![":2379/", ":2380/"].iter().any(|port| line.contains(port))
        || ETCD_CLIENT.iter().all(|file| host.has(file));
    assert!(known, "etcd answers nobody without a certificate");
    if line.ends_with("--config -") {
        let Input::Bytes(options) = input else { panic!("options are expected") };
        return aws(cluster, std::str::from_utf8(options).unwrap());
    }
    if line.ends_with(":2379/v3/cluster/member/list") {
        return printed(
            &json!({ "members": cluster.members.iter().map(as_json).collect::<Vec<_>>() }).to_string(),
        );
    }
    if line.ends_with("/v3/cluster/member/remove") {
        assert_eq!(*input, Input::Bytes(br#"{"ID":"18"}"#.to_vec()), "only this host's own may be removed");
        cluster.members.retain(|member| member.id != "18");
        return Told::success();
    }
    if line.ends_with(":2380/members") {
        return printed(&json!(cluster.members.iter().map(as_peers_see_it).collect::<Vec<_>>()).to_string());
    }
    match (cluster.api, cluster.foreign_ca) {
        (false, _) => failed(7, "curl: (7) Failed to connect: Connection refused\n"),
        (true, true) => failed(60, "curl: (60) SSL certificate problem: self-signed certificate\n"),
        (true, false) if line.ends_with("/readyz") => printed("ok"),
        (true, false) if line.ends_with("/kubeadm-config") => {
            let token = b"header = \"Authorization: Bearer abcdef.0123456789abcdef\"\n".to_vec();
            assert_eq!(*input, Input::Bytes(token), "not everyone may read it");
            printed(r#"{"data":{"ClusterConfiguration":"kind: ClusterConfiguration"}}"#)
        }
        (true, false) => {
            let keys: BTreeMap<String, &str> =
                cluster.tokens.iter().map(|id| (format!("jws-kubeconfig-{id}"), "x")).collect();
            printed(&json!({ "data": keys }).to_string())
        }
    }
}

/// Answers nobody who shows no token, or signs nothing.
fn aws(cluster: &Cluster, options: &str) -> Told {
    let value = |name: &str| options.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    let url = value("url = ").trim_matches('"');
    let Some(path) = url.strip_prefix("http://169.254.169.254/latest/") else {
        assert_eq!(url, "https://secretsmanager.eu-central-1.amazonaws.com/");
        assert!(
            options.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target")
        );
        assert!(!options.contains("KEYOFTHEROLE"), "the key itself is never sent");
        return cluster.ec2.refusal.clone().unwrap_or_else(|| printed(&cluster.ec2.secret));
    };
    if path == "api/token" {
        assert!(
            options.contains("request = \"PUT\"") && options.contains("token-ttl-seconds: 60"),
            "{options}"
        );
        return printed("TOKEN");
    }
    assert!(options.contains("X-aws-ec2-metadata-token: TOKEN"), "{options}");
    match path.strip_prefix("meta-data/").unwrap() {
        "instance-id" => printed("i-0123456789abcdef0"),
        "local-ipv4" => printed(cluster.ec2.address.as_deref().unwrap_or(&cluster.address)),
        "placement/availability-zone" => printed("eu-central-1a"),
        "placement/region" => printed("eu-central-1"),
        "services/domain" => printed("amazonaws.com"),
        "iam/security-credentials/" => printed("role"),
        "iam/security-credentials/role" => printed(
            r#"{"AccessKeyId":"ID","SecretAccessKey":"KEYOFTHEROLE","Token":"TOKENOFTHEROLE","Code":"Success"}"#,
        ),
        other => panic!("no such metadata: {other}"),
    }
}

fn as_json(member: &Member) -> serde_json::Value {
    json!({ "ID": member.id, "name": member.name, "peerURLs": member.peer_urls, "isLearner": member.is_learner })
}

fn as_peers_see_it(member: &Member) -> serde_json::Value {
    let id: u64 = member.id.parse().unwrap();
    if member.name.is_empty() {
        return json!({ "id": id, "peerURLs": member.peer_urls });
    }
    json!({ "id": id, "name": member.name, "peerURLs": member.peer_urls, "clientURLs": [] })
}

fn etcd_client(host: &FakeHost) -> Told {
    if ETCD_CLIENT.iter().any(|file| host.has(file)) {
        return failed(1, "error execution phase certs: failure loading a certificate\n");
    }
    for file in ETCD_CLIENT {
        host.write(file, "x\n");
    }
    Told::success()
}

/// Where kubelet does not see it.
fn etcd_manifest(host: &FakeHost, line: &str) -> Told {
    let folder = "/run/imgbuild/etcd-manifest";
    let own = host.world().cluster.own_member().unwrap().peer_urls[0].clone();
    assert!(
        line.contains(&format!(" sh {folder}/manifests kubeadm init phase etcd local --config ")),
        "{line}"
    );
    assert!(host.read(&format!("{folder}/kubeadm.yaml")).ends_with("\n---\nkind: ClusterConfiguration\n"));
    host.write(&format!("{folder}/manifests/etcd.yaml"), &format!("    - --initial-cluster=own={own}\n"));
    Told::success()
}

fn init(host: &FakeHost, words: &[&str], effect: &dyn Fn()) -> Told {
    let phase: Vec<&str> = words.iter().copied().take_while(|word| !word.starts_with("--")).collect();
    let needs_api = ["upload-config", "mark-control-plane", "bootstrap-token", "addon"].contains(&phase[0]);
    if needs_api && !host.world().cluster.api {
        return failed(1, "error execution phase: connection refused\n");
    }
    let files: &[&str] = match phase[0] {
        "kubelet-start" => &["/var/lib/kubelet/config.yaml"],
        "certs" => &["/etc/kubernetes/pki/apiserver.crt", "/etc/kubernetes/pki/apiserver.key"],
        "kubeconfig" => &["/etc/kubernetes/admin.conf", "/etc/kubernetes/kubelet.conf"],
        "control-plane" => &["/etc/kubernetes/manifests/kube-apiserver.yaml"],
        "etcd" => &[ETCD_MANIFEST],
        _ => &[],
    };
    if phase[0] == "certs" {
        assert_eq!(host.read("/etc/kubernetes/pki/ca.key"), "made beforehand\n", "another CA would be made");
    }
    write_all(host, files, effect);
    let mut world = host.world();
    world.cluster.count(&phase.join(" "));
    world.cluster.api |= phase[0] == "etcd";
    if phase[0] == "upload-config" {
        let name = world.cluster.name.clone();
        world.cluster.nodes.insert(name);
    }
    Told::success()
}

/// Nothing is written through to the disk, so a power cut may leave a file without content, and kubeadm stumbles
/// over those that it finds again.
fn write_all(host: &FakeHost, files: &[&str], effect: &dyn Fn()) {
    for file in files {
        let found = file.starts_with("/etc/kubernetes") && host.has(file);
        assert!(!found || !host.read(file).is_empty(), "`{file}` is torn");
        for text in ["", "whole\n"] {
            host.write(file, text);
            effect();
        }
    }
}

/// The order is that of kubeadm up to 1.30: kubelet first, then etcd.
fn join(host: &FakeHost, effect: &dyn Fn()) -> Told {
    if ["/etc/kubernetes/kubelet.conf", BOOTSTRAP].iter().any(|path| host.has(path)) {
        return failed(
            2,
            "error execution phase preflight: [preflight] Some fatal errors occurred:\n\t[ERROR FileAvailable--etc-kubernetes-kubelet.conf]: it exists\n",
        );
    }
    let control_plane = host.has("/etc/kubernetes/pki/ca.key");
    assert!(control_plane || !host.has("/etc/kubernetes/pki/ca.crt"), "a worker must not have a CA file yet");
    if !host.world().cluster.api {
        return failed(1, "error execution phase preflight: connection refused\n");
    }
    write_all(
        host,
        &[BOOTSTRAP, "/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf", KUBELET_CERTIFICATE],
        effect,
    );
    fs_err::remove_file(host.path(BOOTSTRAP)).unwrap();
    effect();
    if control_plane && !join_etcd(host, effect) {
        let why = "etcdserver: re-configuration failed due to not enough started members";
        return failed(1, &format!("error execution phase control-plane-join/etcd: {why}\n"));
    }
    let name = host.world().cluster.name.clone();
    host.world().cluster.nodes.insert(name);
    effect();
    remembered(host, "join")
}

/// Whether it got so far. Without learners, two members of which one runs serve nobody.
fn join_etcd(host: &FakeHost, effect: &dyn Fn()) -> bool {
    write_all(host, &["/etc/kubernetes/admin.conf", "/etc/kubernetes/manifests/kube-apiserver.yaml"], effect);
    {
        let mut world = host.world();
        let cluster = &mut world.cluster;
        assert!(cluster.own_member().is_none(), "`Peer URLs already exists`");
        let peer = peer_url(&cluster.address);
        let is_learner = !cluster.deaf;
        cluster.members.push(Member {
            id: "18".into(),
            name: String::new(),
            peer_urls: vec![peer],
            is_learner,
        });
        if std::mem::take(&mut cluster.deaf) {
            (cluster.api, cluster.api_from_ms) = (false, None);
            return false;
        }
    }
    effect();
    host.write(ETCD_MANIFEST, "whole\n");
    host.write("/var/lib/etcd/member/wal", "x");
    effect();
    for promote in [false, true] {
        let mut world = host.world();
        let name = world.cluster.name.clone();
        let own = world.cluster.members.iter_mut().find(|member| member.id == "18").unwrap();
        own.name = name;
        own.is_learner = !promote;
        drop(world);
        effect();
    }
    true
}

fn reset(host: &FakeHost, effect: &dyn Fn()) -> Told {
    let votes = host.world().cluster.own_member().is_some_and(Member::votes);
    assert!(!votes, "a voting member must not be reset");
    assert_ne!(host.world().cluster.name, "host01", "the first control plane is never reset");
    for path in ["/etc/kubernetes/manifests", "/etc/kubernetes/pki", "/var/lib/kubelet"] {
        let _ = fs_err::remove_dir_all(host.path(path));
        effect();
    }
    for path in ["/etc/kubernetes/kubelet.conf", "/etc/kubernetes/admin.conf", BOOTSTRAP] {
        let _ = fs_err::remove_file(host.path(path));
    }
    remembered(host, "reset")
}

fn kubectl(host: &FakeHost, words: &[&str]) -> Told {
    let words: Vec<&str> =
        words.iter().copied().filter(|word| !word.starts_with("--request-timeout")).collect();
    let world = host.world();
    if !world.cluster.api {
        return failed(1, "The connection to the server was refused\n");
    }
    match words.as_slice() {
        ["get", "node", name, ..] if world.cluster.nodes.contains(*name) => {
            printed(r#"{"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#)
        }
        ["get", "node", ..] => Told::success(),
        ["get", ..] => printed(r#"{"spec":{"ports":[{"name":"http","port":80,"protocol":"TCP"}]}}"#),
        [verb, ..] => {
            let verb = (*verb).to_owned();
            drop(world);
            remembered(host, &verb)
        }
        [] => panic!("kubectl without a verb"),
    }
}
