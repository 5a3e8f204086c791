//! An image with Kubernetes 1.36.4 for tests, whose kubeadm comes from wherever a test wants.

use crate::definition::{self, Definition};
use crate::digest::Sha256;
use crate::lock::{BASE, Lock, LockedDownload, SCHEMA, TOOLS, stage_root};
use std::collections::BTreeMap;
use std::path::Path;

/// What kubeadm may be downloaded from; the lock knows it.
pub const URL: &str = "https://example.org/kubeadm";
/// What is there.
pub const DOWNLOADED: &str = "downloaded";

const DEFINITION: &str = "schema: 1
name: a
base: {suites: [bookworm], kernel: linux-image-cloud-amd64, architecture: amd64}
stages:
  build: {packages: [], script: build.sh, outputs: [kubeadm]}
kubernetes:
  version: 1.36.4
  OPTIONS
  kubelet: {package: kubelet}
  kubeadm: KUBEADM
  kubectl: {package: kubectl}
runtime:
  containerd_version: 2.3.4
  containerd: {package: containerd}
  runc: {package: runc}
  cni: {package: containernetworking-plugins}
";

/// The definition in `folder`, with `kubeadm` as where kubeadm comes from and `options` of `kubernetes`.
pub fn definition(folder: &Path, kubeadm: &str, options: &str) -> Definition {
    let images = folder.join("images");
    fs_err::create_dir(&images).unwrap();
    let text = DEFINITION.replace("KUBEADM", kubeadm).replace("OPTIONS", options);
    for (name, text) in [("a.yaml", text.as_str()), ("build.sh", "true"), ("own", "local")] {
        fs_err::write(images.join(name), text).unwrap();
    }
    definition::load(&images.join("a.yaml")).unwrap_or_else(|error| panic!("{error:#}"))
}

/// Its lock, without any package.
pub fn lock() -> Lock {
    let download = LockedDownload { sha256: Sha256::of(DOWNLOADED), size: None };
    let roots = [BASE.to_owned(), TOOLS.to_owned(), stage_root("build")];
    Lock {
        schema: SCHEMA,
        sections: BTreeMap::new(),
        epoch: 1,
        debs: BTreeMap::new(),
        roots: roots.map(|root| (root, Vec::new())).into(),
        sources: BTreeMap::new(),
        downloads: BTreeMap::from([(URL.to_owned(), download)]),
        images: BTreeMap::new(),
        named: BTreeMap::new(),
        rendered: BTreeMap::new(),
    }
}
