//! Which images kubeadm wants of a control plane: what `kubeadm config images list` prints.
//!
//! Tags of etcd and `CoreDNS` are those of a minor's first release (`DefaultEtcdVersion` and `CoreDNSVersion` in
//! kubeadm's `constants.go`). Later patches raise that of etcd, so hosts are told which one is baked.

use super::{Version, pause_tag, tag};

/// etcd's tag, by first minor that has it.
const ETCD_TAGS: [(u32, &str); 17] = [
    (20, "3.4.13-0"),
    (22, "3.5.0-0"),
    (23, "3.5.1-0"),
    (24, "3.5.3-0"),
    (25, "3.5.4-0"),
    (26, "3.5.6-0"),
    (27, "3.5.7-0"),
    (28, "3.5.9-0"),
    (29, "3.5.10-0"),
    (30, "3.5.12-0"),
    (31, "3.5.15-0"),
    (32, "3.5.16-0"),
    (33, "3.5.21-0"),
    (34, "3.6.4-0"),
    (35, "3.6.6-0"),
    (36, "3.6.8-0"),
    (37, "3.7.0-0"),
];

/// `CoreDNS`'s tag, by first minor that has it.
const COREDNS_TAGS: [(u32, &str); 13] = [
    (20, "1.7.0"),
    (21, "v1.8.0"),
    (22, "v1.8.4"),
    (23, "v1.8.6"),
    (25, "v1.9.3"),
    (27, "v1.10.1"),
    (29, "v1.11.1"),
    (32, "v1.11.3"),
    (33, "v1.12.0"),
    (34, "v1.12.1"),
    (35, "v1.13.1"),
    (36, "v1.14.2"),
    (37, "v1.14.6"),
];

/// `CoreDNS` moved one folder down in 1.21 (`GetDNSImage`, k/k#99758).
const COREDNS_BELOW_SINCE: u32 = 21;

/// Those that have the version of Kubernetes as their tag.
const VERSIONED: [&str; 4] = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];

/// Name below the repository and tag of each image; empty for versions that are not known.
pub fn control_plane_images(version: Version) -> Vec<(&'static str, String)> {
    let (Some(etcd), Some(coredns), Some(pause)) =
        (tag(&ETCD_TAGS, version), tag(&COREDNS_TAGS, version), pause_tag(version))
    else {
        return Vec::new();
    };
    let own = VERSIONED.map(|name| (name, format!("v{version}")));
    let more = [("etcd", etcd), (coredns_name(version), coredns), ("pause", pause)];
    own.into_iter().chain(more.map(|(name, tag)| (name, tag.to_owned()))).collect()
}

/// Where `CoreDNS` is below an upstream repository.
pub fn coredns_name(version: Version) -> &'static str {
    if version.minor >= COREDNS_BELOW_SINCE { "coredns/coredns" } else { "coredns" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(version: &str) -> Vec<String> {
        let images = control_plane_images(version.parse().unwrap());
        images.into_iter().map(|(name, tag)| format!("{name}:{tag}")).collect()
    }

    #[test]
    fn the_list_is_kubeadms() {
        let of_1_36_4 = [
            "kube-apiserver:v1.36.4",
            "kube-controller-manager:v1.36.4",
            "kube-scheduler:v1.36.4",
            "kube-proxy:v1.36.4",
            "etcd:3.6.8-0",
            "coredns/coredns:v1.14.2",
            "pause:3.10.2",
        ];
        assert_eq!(list("1.36.4"), of_1_36_4);
        assert_eq!(list("1.20.2")[4..], ["etcd:3.4.13-0", "coredns:1.7.0", "pause:3.2"]);
        assert_eq!(list("1.24.0")[4..], ["etcd:3.5.3-0", "coredns/coredns:v1.8.6", "pause:3.7"]);
        assert!(list("1.19.0").is_empty() && list("1.38.0").is_empty());
    }
}
