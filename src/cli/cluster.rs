//! Which cluster a verb is about, and how it is opened.

use super::definition_file;
use super::image_record::ImageRecordArgs;
use crate::Result;
use crate::bake::ImageRecord;
use crate::cluster::{self, Cluster};
use crate::host::{Keys, Site};
use crate::kubeadm::Scope;
use crate::secrets::Secrets;
use crate::template::Templates;
use clap::Args;
use std::path::{Path, PathBuf};

/// The definition, its image and its secrets.
#[derive(Args)]
pub struct ClusterArgs {
    /// Cluster definition: a file, or the name of one in clusters/
    #[arg(value_name = "CLUSTER")]
    cluster: PathBuf,
    /// The cluster's secrets; made if they are not there [default: secrets/CLUSTER.yaml]
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    #[command(flatten)]
    image: ImageRecordArgs,
}

impl ClusterArgs {
    /// Where the folders of images and clusters are.
    pub fn dist(&self) -> &Path {
        &self.image.dist
    }

    /// Reads all three; gives the secrets new tokens first if `rotate` is set.
    pub fn open(&self, rotate: bool) -> Result<Opened> {
        let cluster = cluster::load(&definition_file::CLUSTER.find(&self.cluster)?)?;
        let record = self.image.load(&cluster.image)?;
        Opened::open(cluster, record, self.secrets.as_deref(), rotate)
    }
}

/// A cluster with everything that its hosts are rendered from.
pub struct Opened {
    /// The definition.
    pub cluster: Cluster,
    /// What its image is.
    pub record: ImageRecord,
    /// Its secrets.
    pub secrets: Secrets,
    keys: Keys,
    templates: Templates,
}

impl Opened {
    /// The secrets in `file` are made if they are not there, and renewed if `rotate` is set.
    pub fn open(cluster: Cluster, record: ImageRecord, file: Option<&Path>, rotate: bool) -> Result<Self> {
        let path = file.map_or_else(|| crate::secrets::default_path(&cluster), Path::to_owned);
        let mut secrets = crate::secrets::load_or_make(&path, &cluster.name)?;
        if rotate {
            secrets = crate::secrets::rotate(&path, &cluster.name, cluster.token_lifetime)?;
        }
        let keys = Keys::of(&secrets, cluster.token_lifetime)?;
        let templates = Templates::open(&cluster.directory)?;
        Ok(Self { cluster, record, secrets, keys, templates })
    }

    /// What [`crate::render`] renders.
    pub fn site(&self) -> Result<Site<'_>> {
        let scope = Scope::new(&self.cluster, &self.record)?;
        Ok(Site { scope, keys: &self.keys, templates: &self.templates })
    }
}
