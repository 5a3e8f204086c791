//! The definitions that imgbuild ships must be right, and its templates must render for each.

use super::*;
use crate::kube::quirks;
use crate::template::{Templates, variables};
use std::path::PathBuf;

const SHIPPED: [&str; 5] = [
    "debian-12-archive",
    "debian-12-archive-arm64",
    "debian-12-archive-vagrant",
    "debian-13",
    "debian-13-vagrant",
];

fn shipped(name: &str) -> Definition {
    load(&images().join(name).with_extension("yaml")).unwrap_or_else(|error| panic!("{error:#}"))
}

fn images() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("images")
}

/// What is at `path` of the image `name`, rendered.
fn rendered(name: &str, path: &str) -> String {
    let definition = shipped(name);
    let OverlayContent::Template(template) = &definition.overlay[path].content else { panic!("{path}") };
    let templates = Templates::open(&definition.directory).unwrap();
    templates.render(template, &variables(&definition)).unwrap()
}

#[test]
fn they_are_valid_and_named_after_their_file() {
    for name in SHIPPED {
        assert_eq!(shipped(name).name, name);
    }
}

#[test]
fn they_bake_the_sandbox_image_that_kubeadm_expects() {
    for name in SHIPPED {
        let definition = shipped(name);
        let sandbox = definition.kubernetes.as_ref().unwrap().sandbox_image().unwrap();
        assert!(definition.images.contains_key(&sandbox), "{name} lacks {sandbox}");
    }
}

#[test]
fn every_template_that_they_name_renders() {
    for name in SHIPPED {
        let definition = shipped(name);
        let templates = Templates::open(&definition.directory).unwrap();
        for (path, overlay) in &definition.overlay {
            if let OverlayContent::Template(template) = &overlay.content {
                let text = templates.render(template, &variables(&definition)).unwrap();
                assert!(text.ends_with('\n') && !text.contains("{{"), "{name}: {path}:\n{text}");
            }
        }
    }
}

#[test]
fn containerd_is_configured_in_its_own_format() {
    let old = rendered("debian-12-archive", "/etc/containerd/config.toml");
    assert!(old.contains("\nversion = 2\n"), "{old}");
    assert!(old.contains("sandbox_image = \"imgbuild.local/archive/pause:3.2\""), "{old}");
    assert!(old.contains("bin_dir = \"/usr/lib/cni\""), "{old}");
    let new = rendered("debian-13", "/etc/containerd/config.toml");
    assert!(new.contains("\nversion = 3\n"), "{new}");
    assert!(new.contains("sandbox = \"registry.k8s.io/pause:3.10.2\""), "{new}");
    assert!(new.contains("bin_dirs = [\"/opt/cni/bin\"]"), "{new}");
}

#[test]
fn the_book_finds_its_variables() {
    assert_eq!(
        rendered("debian-12-archive", "/opt/k8sver").lines().skip(1).collect::<Vec<_>>(),
        ["export K8SV='1.20.2-*'"]
    );
    let new = rendered("debian-13", "/opt/k8sver");
    for variable in
        ["K8SV='1.36.4-*'", "calico_url='https://", "longhorn_url=", "metrics_url=", "ingress_url="]
    {
        assert!(new.contains(&format!("\nexport {variable}")), "{new}");
    }
}

#[test]
fn the_archive_image_downloads_nothing() {
    let json = serde_json::to_string(&shipped("debian-12-archive")).unwrap();
    assert!(!json.contains("http:") && !json.contains("https:"), "{json}");
}

#[test]
fn the_modern_image_can_be_made_for_arm() {
    let path = images().join("debian-13.yaml");
    let arm = load_for(&path, Some(Architecture::Arm64)).unwrap();
    assert_eq!(arm.base.kernel, "linux-image-cloud-arm64");
    let json = serde_json::to_string(&arm).unwrap();
    assert!(json.contains("linux/arm64/kubelet") && !json.contains("amd64"), "{json}");
}

#[test]
fn the_archive_image_for_arm_is_the_same_compiled_for_it() {
    let (amd, arm) = (shipped("debian-12-archive"), shipped("debian-12-archive-arm64"));
    assert_eq!(arm.base.kernel, "linux-image-cloud-arm64");
    assert_eq!(amd.base.packages, arm.base.packages);
    assert_eq!((&amd.kubernetes, &amd.overlay, &amd.units), (&arm.kubernetes, &arm.overlay, &arm.units));
    assert!(amd.images.keys().eq(arm.images.keys()));
    let (native, cross) = (&amd.stages["kubernetes"], &arm.stages["kubernetes"]);
    assert_eq!((&native.packages, &native.script), (&cross.packages, &cross.script));
    assert_eq!(cross.environment["GOARCH"], "arm64");
    let version = format!("v{}", arm.kubernetes.unwrap().version);
    assert_eq!(arm.stages["pause"].environment["VERSION"], version);
    assert!(arm.stages.values().all(|stage| stage.cross));
}

#[test]
fn what_is_held_is_what_kubernetes_consists_of() {
    let held = shipped("debian-12-archive").base.hold;
    let expected = ["containerd", "containernetworking-plugins", "kubernetes-client", "runc"];
    assert_eq!(held, expected.map(str::to_owned).into());
}

#[test]
fn their_versions_are_known() {
    for name in SHIPPED {
        assert!(quirks::is_known(shipped(name).kubernetes.unwrap().version));
    }
}

#[test]
fn boxes_are_the_images_and_what_vagrant_logs_in_with() {
    for name in ["debian-12-archive", "debian-13"] {
        let (plain, boxed) = (shipped(name), shipped(&format!("{name}-vagrant")));
        assert!(plain.vagrant.is_none() && boxed.vagrant.is_some());
        assert!(plain.overlay.keys().all(|path| !path.contains("vagrant")), "{name}");
        let more: Vec<_> =
            boxed.overlay.iter().filter(|(path, _)| !plain.overlay.contains_key(*path)).collect();
        assert!(more.iter().all(|(path, _)| path.contains("vagrant")), "{name}");
        let rest = |definition: &Definition| {
            let Definition { base, kubernetes, images, manifests, units, .. } = definition.clone();
            (base, kubernetes, images, manifests, units)
        };
        assert!(rest(&plain) == rest(&boxed), "{name}");
    }
}
