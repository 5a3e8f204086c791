//! What a host on EC2 finds out by itself, and what of its files is not in its user-data, which every process on the
//! instance and everyone who may describe it can read.

use super::file::File;
use super::{Part, Site};
use crate::Result;
use crate::cluster::Platform;
use crate::node::configuration::Ec2;
use crate::node::ec2::{GroupSecret, SecretFile};

/// What the agent is told; `None` elsewhere than on AWS.
pub fn of(site: &Site, part: &Part) -> Option<Ec2> {
    let secret = has_secret(site, part).then(|| secret_name(site));
    (site.cluster().platform == Platform::Aws).then_some(Ec2 { secret })
}

/// Control planes hold the cluster's keys; all that workers hold is a token that lets hosts join for a while.
pub fn has_secret(site: &Site, part: &Part) -> bool {
    site.cluster().platform == Platform::Aws && part.is_control_plane()
}

/// The control planes' secret in Secrets Manager. Clusters of one name that come after each other have different
/// ones, since a name is taken for days after its secret was deleted; new tokens do not change it.
pub fn secret_name(site: &Site) -> String {
    let hash = site.keys.ca_cert_hash.trim_start_matches("sha256:");
    format!("imgbuild/{}/{}/control-plane", site.cluster().name, hash.get(..8).unwrap_or(hash))
}

/// That secret's text: the files of each control plane.
pub fn secret_of<'a>(fetched: impl IntoIterator<Item = (&'a str, Vec<File>)>) -> Result<String> {
    let of_host = |(host, files): (&'a str, Vec<File>)| {
        let file = |file: File| SecretFile {
            hosts: vec![host.to_owned()],
            path: file.path,
            mode: file.mode,
            content: file.content,
        };
        files.into_iter().map(file).collect::<Vec<_>>()
    };
    GroupSecret::new(fetched.into_iter().flat_map(of_host)).encode()
}
