//! `imgbuild boot`.

mod cluster;
mod image;

pub use image::image_file;

use crate::Result;
use crate::cli::definition_file;
use crate::context::Context;
use crate::error::Fault;
use clap::Args as ClapArgs;
use std::path::{Path, PathBuf};

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
        if let Some(path) = self.cluster_definition() {
            self.image.given().map_or(Ok(()), |option| Err(not_for_a_cluster(option, &self.target)))?;
            return self.cluster.run(&path, &self.dist, context);
        }
        self.cluster.given().map_or(Ok(()), |option| Err(not_for_an_image(option, &self.target)))?;
        self.image.run(&self.target, &self.dist, context)
    }

    fn cluster_definition(&self) -> Option<PathBuf> {
        let named = definition_file::CLUSTER.named(&self.target);
        let written =
            self.target.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if written { Some(self.target.clone()) } else { Some(named).filter(|named| named.is_file()) }
    }
}

/// Whoever writes `--print` wants no machine to start.
fn not_for_a_cluster(option: &str, target: &Path) -> Fault {
    Fault::usage(format!("`{option}` is for an image, and `{}` is a cluster", target.display()))
        .hint("remove it; `imgbuild boot --help` lists what is for a cluster")
}

/// Whoever writes `--stop` wants no machine to start.
fn not_for_an_image(option: &str, target: &Path) -> Fault {
    Fault::usage(format!("`{option}` is for a cluster, and `{}` is none", target.display()))
        .hint("name a cluster definition, or a cluster in `clusters/`, from the folder that has `clusters/`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Boot {
        #[command(flatten)]
        args: Args,
    }

    fn parsed(options: &[&str]) -> Args {
        Boot::try_parse_from([&["boot"][..], options].concat()).unwrap().args
    }

    #[test]
    fn options_are_known_by_what_they_are_for() {
        let none = parsed(&["x"]);
        assert_eq!((none.image.given(), none.cluster.given()), (None, None));
        let both = parsed(&["x", "--print", "--stop", "--host", "a"]);
        assert_eq!((both.image.given(), both.cluster.given()), (Some("--print"), Some("--stop")));
        let defaults = parsed(&["x", "--memory", "2GiB", "--host-disk", "20GiB"]);
        assert_eq!(
            (defaults.image.given(), defaults.cluster.given()),
            (Some("--memory"), Some("--host-disk"))
        );
    }
}
