//! Options that every verb takes.

use crate::context::Context;
use crate::environment::{self, ARTIFACT_MIRROR, CACHE_DIR, MIRROR, NODE, PLAIN_HTTP, REGISTRY_MIRRORS};
use crate::oci::{PlainRegistry, Registries, RegistryMirror};
use crate::report::Report;
use clap::Args;
use std::path::PathBuf;

/// Where things come from and go to.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// Downloads and built layers [default: ~/.cache/imgbuild]
    #[arg(long, global = true, value_name = "DIR", env = CACHE_DIR, hide_env_values = true)]
    cache_dir: Option<PathBuf>,
    /// Refuse everything that needs the network
    #[arg(long, global = true)]
    offline: bool,
    /// Debian mirror, such as `http://HOST/debian` [default: that of this machine's apt]
    #[arg(long, global = true, value_name = "URL", env = MIRROR, hide_env_values = true)]
    mirror: Option<String>,
    /// Take upstream URLs from here: a folder or URL with HOST/PATH below it
    #[arg(long, global = true, value_name = "DIR|URL", env = ARTIFACT_MIRROR, hide_env_values = true)]
    artifact_mirror: Option<String>,
    /// Ask this mirror of a container registry first: `docker.io=mirror.example.org/hub`; may be repeated
    #[arg(long, global = true, value_name = "REGISTRY=HOST[/PATH]", env = REGISTRY_MIRRORS, hide_env_values = true,
          value_delimiter = ',')]
    registry_mirror: Vec<RegistryMirror>,
    /// Speak to this container registry without encryption; may be repeated
    #[arg(long, global = true, value_name = "HOST[:PORT]", env = PLAIN_HTTP, hide_env_values = true,
          value_delimiter = ',')]
    plain_http: Vec<PlainRegistry>,
    /// Trust these certificate authorities (PEM) besides the system's
    #[arg(long, global = true, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The agent that goes into images [default: beside this program `imgbuild-node`, or `imgbuild-node-ARCH` for
    /// images of another architecture]
    #[arg(long, global = true, value_name = "FILE", env = NODE, hide_env_values = true)]
    node: Option<PathBuf>,
    /// How many things to do at once [default: number of processors]
    #[arg(long, short, global = true, value_name = "N")]
    jobs: Option<usize>,
    /// Print nothing but errors and data
    #[arg(long, short, global = true)]
    quiet: bool,
}

impl Options {
    /// The world of this run.
    pub fn context(&self) -> Context {
        Context {
            cache_dir: self.cache_dir.clone().unwrap_or_else(environment::default_cache_dir),
            offline: self.offline,
            mirror: self.mirror.clone(),
            artifact_mirror: self.artifact_mirror.clone(),
            registries: Registries::new(&self.registry_mirror, &self.plain_http),
            ca_file: self.ca_file.clone(),
            node: self.node.clone(),
            jobs: self.jobs.unwrap_or_else(environment::processors).max(1),
            report: Report::new(self.quiet),
        }
    }
}
