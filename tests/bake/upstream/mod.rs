//! The whole way of `images/debian-13.yaml`, which takes what the projects themselves publish, against a local
//! mirror with small stand-ins: lock, fetch, bake, and a look inside. `make e2e-upstream` bakes it with all of its
//! packages, and boots it.

mod stand_ins;

use crate::support::disk::Partition;
use crate::support::image::StandIn;
use crate::support::upstream::{Upstream, image, shipped, text};
use crate::support::{Project, tool, without_network};
use imgbuild::digest::Sha256;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const KUBERNETES: &str = "https://dl.k8s.io/release/v1.36.4/bin/linux/amd64";
/// What stands in for the on-host agent.
const AGENT: &str = "# a stand-in for imgbuild-node\n";
const OCI: &str = "/var/lib/imgbuild/oci";

/// Stand-ins for all that the shipped definition names.
fn upstream() -> Upstream {
    Upstream::of(&shipped(), stand_ins::program, image)
}

/// A project whose image `stand-in` is debian-13 with the digests of the stand-ins, and with few enough
/// packages for a short bake: no kernel, for it is not booted.
fn project(upstream: &Upstream) -> Project {
    let small = json!({
        "schema": 1, "name": "stand-in", "extends": "debian-13.yaml",
        "base": { "kernel": "base-files", "packages": ["conntrack"] },
        "units": { "enable": ["containerd.service", "imgbuild-node.service", "kubelet.service"], "disable": ["apt-daily.timer"] },
        "disk": { "size": "1GiB", "esp": "40MiB" },
    });
    let project = upstream.project();
    project.write("images/stand-in.yaml", small.to_string());
    project.write("agent", AGENT);
    project
}

#[test]
fn upstream_releases_are_locked_fetched_and_baked() {
    let upstream = upstream();
    let project = project(&upstream);
    let mirror = upstream.serve().url();
    for verb in ["lock", "fetch"] {
        let arguments = [verb, "stand-in", "--node", "agent", "--artifact-mirror", mirror.as_str()];
        let said = project.run(&arguments).success().stderr;
        let retired = said.contains("addon `ingress-nginx`: is retired since March 2026");
        assert_eq!(retired, verb == "lock", "{said}");
    }
    // all is in the store by now
    project.run(&["bake", "stand-in", "--node", "agent", "--locked", "--offline"]).success();
    let checked = project.run(&["check", "--locked", "stand-in"]).success();
    // the stand-in for kubeadm is no program
    assert!(checked.stdout.contains("0 errors, 0 warnings, 1 note"), "{}", checked.stdout);
    let raw = project.path("dist/stand-in/stand-in.raw");
    let root = Partition::cut(&project, raw.to_str().unwrap(), "root");
    tool("/usr/sbin/e2fsck", &["-f", "-n", root.file()]);
    programs_are_in_place(&root);
    configuration_fits_the_versions(&root);
    addon_manifests_are_those_that_were_served(&root, &upstream);
    images_are_those_that_were_served(&project, &root, &upstream);
    image_record_names_it_all(&root, &upstream);
    a_bundle_of_it_fills_an_empty_cache(&project, &upstream, &mirror);
}

#[test]
fn a_file_that_is_not_what_the_shipped_definition_pins_is_refused() {
    let mut upstream = upstream();
    let kubelet = Sha256::of(text(&format!("{KUBERNETES}/kubelet"))).to_string();
    upstream.pins.retain(|_, stand_in| *stand_in != kubelet);
    let project = project(&upstream);
    let mirror = upstream.serve().url();
    let refused = project.run(&["fetch", "stand-in", "--node", "agent", "--artifact-mirror", &mirror]);
    refused.failure(5, &["fetching `kubelet`", "has sha256", "instead of"]);
}

fn programs_are_in_place(root: &Partition) {
    for name in ["kubelet", "kubeadm", "kubectl"] {
        let expected = text(&format!("{KUBERNETES}/{name}"));
        assert_eq!(root.cat(&format!("/usr/bin/{name}")).as_bytes(), expected);
        assert!(root.ask(&format!("stat /usr/bin/{name}")).contains("Mode:  0755"));
    }
    for (path, member) in [
        ("/usr/local/bin/crictl", "crictl"),
        ("/usr/local/bin/containerd", "bin/containerd"),
        ("/usr/local/bin/ctr", "bin/ctr"),
        ("/opt/cni/bin/bridge", "bridge"),
        ("/opt/cni/bin/portmap", "portmap"),
    ] {
        assert!(root.cat(path).starts_with(&format!("# a stand-in for {member} of https://")), "{path}");
    }
    assert!(root.cat("/usr/local/sbin/runc").contains("/runc.amd64"));
    assert_eq!(root.cat("/usr/local/bin/imgbuild-node"), AGENT);
}

fn configuration_fits_the_versions(root: &Partition) {
    let config = root.cat("/etc/containerd/config.toml");
    let says = |line: &str| assert!(config.lines().any(|found| found.trim() == line), "{line}:\n{config}");
    says("version = 3");
    says("sandbox = \"registry.k8s.io/pause:3.10.2\"");
    says("SystemdCgroup = true");
    says("bin_dirs = [\"/opt/cni/bin\"]");
    assert!(root.cat("/etc/crictl.yaml").contains("unix:///run/containerd/containerd.sock"));
    assert!(root.cat("/opt/k8sver").contains("1.36.4"));
    for unit in ["containerd", "imgbuild-node", "kubelet"] {
        let link = format!("stat /etc/systemd/system/multi-user.target.wants/{unit}.service");
        assert!(root.ask(&link).contains("Type: symlink"), "{unit} is not enabled");
    }
}

fn addon_manifests_are_those_that_were_served(root: &Partition, upstream: &Upstream) {
    for (name, download) in &shipped().manifests {
        let served = &upstream.files[&download.url.replace("https:/", "")];
        assert_eq!(root.cat(&format!("/etc/kubernetes/components/{name}")).as_bytes(), served, "{name}");
    }
}

fn images_are_those_that_were_served(project: &Project, root: &Partition, upstream: &Upstream) {
    root.ask(&format!("rdump {OCI} {}", project.folder.path().display()));
    let layout = project.path("oci");
    let blobs = std::fs::read_dir(layout.join("blobs/sha256")).unwrap();
    let baked: BTreeMap<String, Vec<u8>> = blobs
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    let served = upstream.images.values().flat_map(StandIn::blobs);
    let served: BTreeMap<String, Vec<u8>> =
        served.map(|blob| (Sha256::of(blob).to_string(), blob.clone())).collect();
    assert_eq!(baked, served);
    for (reference, image) in &upstream.images {
        let seen = tool("skopeo", &["inspect", "--raw", &format!("oci:{}:{reference}", layout.display())]);
        assert_eq!(seen.as_bytes(), image.manifest, "{reference}");
    }
}

fn image_record_names_it_all(root: &Partition, upstream: &Upstream) {
    let record: Value = serde_json::from_str(&root.cat("/etc/imgbuild/image.json")).unwrap();
    assert_eq!(record["kubernetes"]["version"], "1.36.4");
    assert_eq!(record["containerd"], "2.3.4");
    assert_eq!(record["suites"], json!(["trixie", "trixie-updates", "trixie-security"]));
    let images: BTreeMap<String, String> = serde_json::from_value(record["images"].clone()).unwrap();
    let manifests = upstream.images.iter();
    let manifests = manifests.map(|(name, image)| (name.clone(), Sha256::of(&image.manifest).to_string()));
    assert_eq!(images, manifests.collect());
    let addons: BTreeSet<&String> = record["manifests"].as_object().unwrap().keys().collect();
    assert_eq!(addons.len(), 5);
    assert_eq!(record["addons"]["calico"]["manifests"][2]["name"], "custom-resources.yaml");
    assert_eq!(record["named"]["metrics-server.yaml"].as_object().unwrap().len(), 1);
    assert_eq!(record["files"]["/usr/bin/kubelet"], "artifact:kubelet");
}

/// Debs, files, manifests and container images: all that a bake needs on the far side of an air gap.
fn a_bundle_of_it_fills_an_empty_cache(near: &Project, upstream: &Upstream, mirror: &str) {
    let fetch = ["fetch", "stand-in", "--node", "agent", "--locked", "--artifact-mirror"];
    near.run(&[&fetch[..], &[mirror, "--bundle", "bundle"]].concat()).success();
    let mut far = project(upstream);
    far.cache = Some(far.path("cache"));
    std::fs::rename(near.path("bundle"), far.path("carried")).unwrap();
    std::fs::copy(far.path("carried/locks/stand-in.lock"), far.path("images/stand-in.lock")).unwrap();
    without_network(&far, &[&fetch[..], &["carried"]].concat()).success();
}
