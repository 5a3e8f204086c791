//! Which versions of Kubernetes' programs go with which control plane.
//!
//! Sources: "Version Skew Policy" on kubernetes.io; for kubeadm "Creating a cluster with kubeadm" there.

use super::version::Version;

/// The last minor whose kubelets serve control planes of two later minors only.
const SHORT_KUBELET_UNTIL: u32 = 24;

/// A program on the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Makes the control plane.
    Kubeadm,
    /// Asks it.
    Kubectl,
    /// Serves it.
    Kubelet,
}

/// Whether `program` of `version` goes with a control plane of the version `control_plane`.
pub fn fits(program: Program, version: Version, control_plane: Version) -> bool {
    let (own, theirs) = (version.minor, control_plane.minor);
    let behind = if own <= SHORT_KUBELET_UNTIL { 2 } else { 3 };
    let by_minor = match program {
        Program::Kubeadm => own == theirs || own == theirs + 1,
        Program::Kubectl => own.abs_diff(theirs) <= 1,
        Program::Kubelet => (theirs.saturating_sub(behind)..=theirs).contains(&own),
    };
    version.major == control_plane.major && by_minor
}

/// The version in a download's address: `1.36.4` of `https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet`.
pub fn in_url(url: &str) -> Option<Version> {
    let mut named = url.split('/').rev().filter(|part| part.starts_with('v'));
    named.find_map(|part| part.parse::<Version>().ok())
}

/// The version of Kubernetes in that of a package: `1.36.4` of `1.36.4-1.1`.
pub fn of_package(version: &str) -> Option<Version> {
    version.split(['-', '+', '~']).next()?.parse::<Version>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_their_distance_to_the_control_plane() {
        use Program::{Kubeadm, Kubectl, Kubelet};
        let table = [
            (Kubeadm, "1.36.4", "1.36.0", true),
            (Kubeadm, "1.36.4", "1.35.2", true),
            (Kubeadm, "1.36.4", "1.34.2", false),
            (Kubeadm, "1.35.0", "1.36.4", false),
            (Kubectl, "1.35.0", "1.36.4", true),
            (Kubectl, "1.37.0", "1.36.4", true),
            (Kubectl, "1.34.0", "1.36.4", false),
            (Kubelet, "1.36.0", "1.36.4", true),
            (Kubelet, "1.33.0", "1.36.4", true),
            (Kubelet, "1.32.0", "1.36.4", false),
            (Kubelet, "1.37.0", "1.36.4", false),
            (Kubelet, "1.24.0", "1.26.0", true),
            (Kubelet, "1.24.0", "1.27.0", false),
            (Kubelet, "2.36.0", "1.36.0", false),
        ];
        for (program, version, control_plane, expected) in table {
            let fits = fits(program, version.parse().unwrap(), control_plane.parse().unwrap());
            assert_eq!(fits, expected, "{program:?} {version} with {control_plane}");
        }
    }

    #[test]
    fn versions_are_found_where_they_are_named() {
        let text = |version: Option<Version>| version.map(|version| version.to_string());
        let url = |url: &str| text(in_url(url));
        let release = "https://dl.k8s.io/release/v1.36.4/bin/linux/amd64/kubelet";
        assert_eq!(url(release).as_deref(), Some("1.36.4"));
        assert_eq!(url("https://example.org/various/kubelet"), None);
        let package = |version: &str| text(of_package(version));
        assert_eq!(package("1.36.4-1.1").as_deref(), Some("1.36.4"));
        assert_eq!(package("1.36"), None);
    }
}
