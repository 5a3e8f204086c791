//! What stands in for the projects' releases: Debian's own builds of the same programs, and scripts that say that they
//! are stand-ins where Debian has none. forky's containerd is 2.1 where the definition has 2.3; both read version 3 of
//! the configuration.

use crate::support::archive::{file, tar, tar_gz};
use crate::support::forky::Forky;
use crate::support::image::StandIn;
use crate::support::upstream;
use imgbuild::architecture::Architecture;
use serde_json::json;
use std::path::PathBuf;

const PACKAGES: [&str; 5] = ["catatonit", "containerd", "containernetworking-plugins", "kubectl", "runc"];
/// Beginnings of versions without which the checks of the booted image fail.
const VERSIONS: [(&str, &str); 2] = [("containerd", "2."), ("kubectl", "1.36.4+")];

const KUBELET: &str = include_str!("stand-ins/kubelet.sh");
const KUBEADM: &str = include_str!("stand-ins/kubeadm.sh");
const CRICTL: &str = include_str!("stand-ins/crictl.sh");

/// Programs and images by the names of those that they stand in for.
pub struct Releases(Forky);

impl Releases {
    /// With what forky has today.
    pub fn of_debian() -> Self {
        let forky = Forky::unpack(&PACKAGES, Architecture::Amd64);
        for (package, wanted) in VERSIONS {
            let version = forky.version(package);
            assert!(version.starts_with(wanted), "this needs {package} {wanted}; forky has {version}");
        }
        Self(forky)
    }

    /// What is behind `url`, in the form in which the project publishes it.
    pub fn program(&self, url: &str) -> Vec<u8> {
        match url.rsplit('/').next().unwrap() {
            "kubelet" => KUBELET.into(),
            "kubeadm" => KUBEADM.into(),
            "kubectl" => self.read("kubectl", "usr/bin/kubectl"),
            "runc.amd64" => self.read("runc", "usr/sbin/runc"),
            name if name.starts_with("containerd-") => self.containerd(),
            name if name.starts_with("cni-plugins-") => self.cni_plugins(),
            name if name.starts_with("crictl-") => tar_gz(&[file("crictl", CRICTL)]),
            _ => panic!("nothing stands in for {url}"),
        }
    }

    /// The image `reference`; only pause can be run.
    pub fn image(&self, reference: &str) -> StandIn {
        if reference.starts_with("registry.k8s.io/pause:") {
            self.pause()
        } else {
            upstream::image(reference)
        }
    }

    fn containerd(&self) -> Vec<u8> {
        let member = |name: &str| file(name, self.read("containerd", &format!("usr/{name}")));
        tar_gz(&["bin/containerd", "bin/containerd-shim-runc-v2", "bin/ctr"].map(member))
    }

    fn cni_plugins(&self) -> Vec<u8> {
        let plugins = std::fs::read_dir(self.0.path("containernetworking-plugins", "usr/lib/cni")).unwrap();
        let mut paths: Vec<PathBuf> = plugins.map(|plugin| plugin.unwrap().path()).collect();
        paths.sort();
        let member = |path: &PathBuf| {
            let name = format!("./{}", path.file_name().unwrap().display());
            file(&name, std::fs::read(path).unwrap())
        };
        tar_gz(&paths.iter().map(member).collect::<Vec<_>>())
    }

    /// catatonit is a static program that with `-P` does what pause does. Its user is that of the real image.
    fn pause(&self) -> StandIn {
        let config = json!({ "Entrypoint": ["/pause", "-P"], "User": "65535:65535" });
        StandIn::running(&config, vec![tar(&[file("pause", self.read("catatonit", "usr/bin/catatonit"))])])
    }

    fn read(&self, package: &str, path: &str) -> Vec<u8> {
        std::fs::read(self.0.path(package, path)).unwrap()
    }
}
