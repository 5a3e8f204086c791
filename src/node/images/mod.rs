//! The baked container images become containerd's, as cheaply as it allows.
//!
//! `ctr images import` of a whole image hashes every layer twice and writes it once more. Here the layers are
//! hard-linked into containerd's content store first. containerd shares content between namespaces, so when
//! such a layer is announced to the namespace `k8s.io` with its digest, it takes the file as it is
//! (`core/metadata/content.go`, `Writer`, in 1.6 to 2.x); what is imported then are manifests and
//! configurations, a few kilobytes. If a link is not possible, announcing copies.
//!
//! Unpacking is what remains. It is done for several images at a time, and before kubelet wants them: kubelet
//! gives up a container that takes too long.

mod archive;
mod layout;

use super::configuration::NodeConfiguration;
use super::failure::{Failure, Outcome};
use super::host::{Command, Host, Input};
use crate::digest::Sha256;
use crate::kube::quirks;
use crate::oci::manifest::Descriptor;
use layout::{Image, Layout};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// containerd's content store, as far as it is the same in all versions.
const CONTENT: &str = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
/// What this image says about itself.
const IMAGE_RECORD: &str = "/etc/imgbuild/image.json";
/// Keeps kubelet's garbage collection away.
const PINNED: &str = "io.cri-containerd.pinned=pinned";
/// For one image, in emulation.
const LIMIT: Duration = Duration::from_secs(20 * 60);
/// Layers that are announced before the images that hold them are imported. Until then containerd takes them for
/// garbage, which it looks for after about a hundred changes.
const BATCH: usize = 20;

/// Makes the images of this host's role known to containerd.
pub fn import(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let layout = Layout::open(host)?;
    let there = there(host)?;
    let missing = configuration.images.iter().filter(|reference| !there.contains(*reference));
    let images = missing.map(|reference| layout.image(reference)).collect::<Result<Vec<_>, Failure>>()?;
    let mut batch = Vec::new();
    let mut layers = 0;
    for image in images {
        if layers > 0 && layers + image.layers.len() > BATCH {
            import_batch(host, &layout, &batch)?;
            batch.clear();
            layers = 0;
        }
        layers += image.layers.len();
        batch.push(image);
    }
    import_batch(host, &layout, &batch)?;
    Ok(None)
}

/// Unpacks the images of this host's role, and keeps them from being collected.
pub fn unpack(host: &impl Host, configuration: &NodeConfiguration) -> Outcome {
    let layout = Layout::open(host)?;
    let mut commands = Vec::new();
    for reference in &configuration.images {
        let manifest = layout.image(reference)?.manifest.prefixed();
        commands.push(ctr(&["snapshots", "unpack", &manifest]));
    }
    if pins(host) {
        let label = |reference: &String| ctr(&["images", "label", reference, PINNED]);
        commands.extend(configuration.images.iter().map(label));
    }
    run_all(host, &commands)
}

fn import_batch(host: &impl Host, layout: &Layout, images: &[Image]) -> Result<(), Failure> {
    if images.is_empty() {
        return Ok(());
    }
    let layers = images.iter().flat_map(|image| &image.layers);
    let layers: BTreeMap<Sha256, &Descriptor> = layers.map(|layer| (layer.digest.0, layer)).collect();
    let announce = |layer: &&Descriptor| announce(host, layout, layer);
    run_all(host, &layers.values().map(announce).collect::<Vec<_>>())?;
    let archive = archive::of(layout, images)?;
    let command = ctr(&["images", "import", "--no-unpack", "-"]).input(Input::Bytes(archive));
    host.run(&command)?.expect("ctr images import").map(drop)
}

fn announce(host: &impl Host, layout: &Layout, layer: &Descriptor) -> Command {
    let (digest, file) = (layer.digest.0, layout.blob(layer.digest.0));
    let content = host.path(CONTENT);
    // only to save work: what is not linked gets copied, what is linked already is fine
    let _ = fs_err::create_dir_all(&content);
    let _ = fs_err::hard_link(&file, content.join(digest.to_string()));
    let (digest, size) = (digest.prefixed(), layer.size.to_string());
    let arguments = ["content", "ingest", "--expected-digest", &digest, "--expected-size", &size];
    ctr(&arguments).arg(format!("imgbuild-{digest}")).input(Input::File(file))
}

fn there(host: &impl Host) -> Result<BTreeSet<String>, Failure> {
    let told = host.run(&ctr(&["images", "list", "--quiet"]))?.expect("ctr images list")?;
    Ok(told.text().lines().map(str::to_owned).collect())
}

fn run_all(host: &impl Host, commands: &[Command]) -> Outcome {
    for (command, told) in commands.iter().zip(host.run_all(commands)) {
        told?.expect(&command.argv[..command.argv.len().min(5)].join(" "))?;
    }
    Ok(None)
}

fn ctr(arguments: &[&str]) -> Command {
    Command::new(["ctr", "--namespace", "k8s.io"]).args(arguments).limit(LIMIT)
}

fn pins(host: &impl Host) -> bool {
    let record = fs_err::read(host.path(IMAGE_RECORD)).unwrap_or_default();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap_or_default();
    record["containerd"].as_str().is_some_and(quirks::containerd_pins_images)
}
