//! Small files in place of the programs that `images/debian-13.yaml` downloads; each says what it stands in for.

use crate::support::archive::{file, tar_gz};
use crate::support::upstream::text;

/// What is behind `url`.
pub fn program(url: &str) -> Vec<u8> {
    match url {
        url if url.contains("/crictl-") => archive(url, &["crictl"]),
        url if url.contains("/containerd-") => {
            archive(url, &["bin/containerd", "bin/containerd-shim-runc-v2", "bin/ctr"])
        }
        url if url.contains("/cni-plugins-") => {
            archive(url, &["./bridge", "./host-local", "./loopback", "./portmap"])
        }
        _ => text(url),
    }
}

fn archive(url: &str, names: &[&str]) -> Vec<u8> {
    let content = |name: &str| format!("# a stand-in for {} of {url}\n", name.trim_start_matches("./"));
    tar_gz(&names.iter().map(|name| file(name, content(name))).collect::<Vec<_>>())
}
