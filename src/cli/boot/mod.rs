//! `imgbuild boot`.

mod cluster;
mod image;

pub use image::image_file;

use crate::Result;
use crate::cli::definition_file;
use crate::context::Context;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// Try an image, or all hosts of a cluster, in QEMU
///
/// An image starts on a throwaway disk with its console on this terminal. The hosts of a cluster start side by
/// side on a private network; boot follows them until all are Ready and leaves a kubeconfig and a time line.
/// Members of worker pools are not started, and neither followed nor drawn: the definition names none.
///
/// Machines run under KVM where the CPU says that it can virtualise, and are emulated elsewhere, which takes many times
/// as long; the variable `IMGBUILD_ACCEL` (`kvm` or `tcg`) decides otherwise.
#[derive(ClapArgs)]
pub struct Args {
    /// A raw or qcow2 file or the name of an image in dist/; or a cluster definition or the name of one in clusters/
    #[arg(value_name = "IMAGE|CLUSTER", default_value = super::image::DEFAULT)]
    target: PathBuf,
    /// Where the folders of images and clusters are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
    #[command(flatten)]
    image: image::Args,
    #[command(flatten)]
    cluster: cluster::Args,
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        match self.cluster_definition() {
            Some(path) => self.cluster.run(&path, &self.dist, context),
            None => self.image.run(&self.target, &self.dist, context),
        }
    }

    fn cluster_definition(&self) -> Option<PathBuf> {
        let named = definition_file::CLUSTER.named(&self.target);
        let written =
            self.target.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if written { Some(self.target.clone()) } else { Some(named).filter(|named| named.is_file()) }
    }
}
