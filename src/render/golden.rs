//! What is rendered for each minor, kept in `tests/golden/kubeadm/`.

use super::{Documents, Machine};
use crate::bake::ImageRecord;
use crate::cluster::{Cluster, PodNetworking, Provider};
use crate::golden;
use crate::host::testing::{keys, site, templates};
use crate::kube::version::of_minor;
use crate::kubeadm::schema;
use crate::kubeadm::testing as fixture;

const MINORS: [u32; 9] = [20, 21, 24, 28, 30, 31, 34, 36, 37];
/// Up to here the cluster is like that of the image from Debian's archive.
const ARCHIVE_UNTIL: u32 = 21;

/// A cluster of its kind for each minor: kube-vip and Calico, or keepalived and static routes.
fn cluster(minor: u32) -> (Cluster, ImageRecord) {
    let mut cluster = fixture::cluster();
    cluster.addons = vec!["longhorn".into()];
    cluster.upload_certificates = minor == 28; // as in the book
    if minor > ARCHIVE_UNTIL {
        return (cluster, fixture::image(minor, "registry.k8s.io"));
    }
    cluster.endpoint.provider = Provider::Keepalived;
    cluster.network = PodNetworking::StaticRoutes;
    cluster.pools.clear();
    let mut image = fixture::image(minor, "imgbuild.local/archive");
    let skipped = ["preflight", "addon/coredns"].map(String::from);
    image.kubernetes.iter_mut().for_each(|kubernetes| kubernetes.skip_phases.extend(skipped.clone()));
    (cluster, image)
}

/// Name below the golden folder, and text.
fn rendered(minor: u32) -> Vec<(String, String)> {
    let (cluster, image) = cluster(minor);
    let (keys, templates) = (keys(), templates());
    let site = site(fixture::scope(&cluster, &image), &keys, &templates);
    let mut all = Vec::new();
    for machine in Machine::all(&cluster) {
        let documents = Documents::of(&site, machine).unwrap();
        for (name, bytes) in documents.documents {
            let text = String::from_utf8(bytes).unwrap();
            all.push((format!("1.{minor}/{}.{name}", machine.folder()), text));
        }
        let kubeadm = documents.files.iter().find(|file| file.path.ends_with("/kubeadm.yaml")).unwrap();
        schema::check(of_minor(minor), &kubeadm.content).unwrap();
    }
    all
}

#[test]
fn golden_files_are_what_is_rendered() {
    for (name, text) in MINORS.into_iter().flat_map(rendered) {
        golden::assert_kept(&format!("tests/golden/kubeadm/{name}"), &text);
    }
}
