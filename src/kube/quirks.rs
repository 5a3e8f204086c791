//! What changes from one Kubernetes minor version to the next, as named questions. No other module compares
//! versions.
//!
//! Sources: the constants and support matrix of kubeadm (`cmd/kubeadm/app/constants/constants.go`,
//! `cmd/kubeadm/app/util/config/common.go`), containerd's `RELEASES.md`, and the change logs named beside each
//! constant (`k/k#…` is a pull request of kubernetes/kubernetes).

mod images;
mod kube_vip;
mod kubeadm;

pub use images::*;
pub use kube_vip::*;
pub use kubeadm::*;

use super::version::Version;

/// The oldest minor that has been seen to work: Debian 12's.
pub const OLDEST_MINOR: u32 = 20;
/// The newest minor whose constants are below.
pub const NEWEST_MINOR: u32 = 37;

/// kubeadm's v1beta3 configuration came with 1.22 (k/k#101129).
const V1BETA3_SINCE: u32 = 22;
/// kubeadm's v1beta4 configuration left the experimental gate in 1.31 (k/k#125029).
const V1BETA4_SINCE: u32 = 31;
/// kubelet learnt CRI v1 in 1.23; before, it speaks only v1alpha2, which containerd 2.0 dropped.
const CRI_V1_SINCE: u32 = 23;
/// kubelet forgot CRI v1alpha2 in 1.26, and containerd serves v1 since 1.6.
const CRI_V1_ONLY_SINCE: u32 = 26;
/// The last minor whose kubeadm preflight asks for `conntrack` (k/k#126953 removed it in 1.32).
const CONNTRACK_UNTIL: u32 = 31;
/// Since 1.24 a CRI socket without scheme is deprecated and warned about.
const SOCKET_SCHEME_SINCE: u32 = 24;

/// The sandbox image tag that kubeadm expects (`PauseVersion`), by first minor that has it. 1.37 keeps that of
/// 1.36, as far as its distributors' releases show.
const PAUSE_TAGS: [(u32, &str); 10] = [
    (20, "3.2"),
    (21, "3.4.1"),
    (22, "3.5"),
    (23, "3.6"),
    (24, "3.7"),
    (25, "3.8"),
    (26, "3.9"),
    (31, "3.10"),
    (34, "3.10.1"),
    (36, "3.10.2"),
];

/// containerd 2.1 deprecated `bin_dir` for `bin_dirs`, and 2.2 removes it (`RELEASES.md`).
const CNI_BIN_DIRS_SINCE: (u32, u32) = (2, 1);

/// The last minor whose control planes list themselves in `ClusterStatus` when they join; 1.22 dropped it with
/// v1beta2 as the default (k/k#101129).
const CLUSTER_STATUS_UNTIL: u32 = 21;

/// containerd learnt to tell kubelet which images are pinned in 1.7.3, and in 1.6.22 for those who stay with 1.6
/// (containerd#8718, containerd#8720).
const PINNED_IMAGES_SINCE: [(u32, u32, u32); 2] = [(1, 6, 22), (1, 7, 3)];

/// `kubectl wait --for=jsonpath=…` came with 1.23 (k/k#105776).
pub const WAIT_FOR_JSONPATH_SINCE: u32 = 23;

/// Where containerd listens.
const CONTAINERD_SOCKET: &str = "/run/containerd/containerd.sock";

/// Whether the constants of this module cover `version`.
pub fn is_known(version: Version) -> bool {
    version.major == 1 && (OLDEST_MINOR..=NEWEST_MINOR).contains(&version.minor)
}

/// The `apiVersion` of kubeadm configuration to write: the newest that `version` reads without complaint.
pub fn kubeadm_api_version(version: Version) -> &'static str {
    match version.minor {
        V1BETA4_SINCE.. => "kubeadm.k8s.io/v1beta4",
        V1BETA3_SINCE.. => "kubeadm.k8s.io/v1beta3",
        _ => "kubeadm.k8s.io/v1beta2",
    }
}

/// The tag of the sandbox image; `None` for versions that are not known.
pub fn pause_tag(version: Version) -> Option<&'static str> {
    tag(&PAUSE_TAGS, version)
}

/// What `table` has for `version`, by the first minor that has it; `None` for versions that are not known.
fn tag(table: &[(u32, &'static str)], version: Version) -> Option<&'static str> {
    let known = table.iter().rev().find(|(since, _)| version.minor >= *since);
    known.filter(|_| is_known(version)).map(|(_, tag)| *tag)
}

/// Whether kubeadm's preflight check refuses a machine without `conntrack`.
pub fn needs_conntrack(version: Version) -> bool {
    version.minor <= CONNTRACK_UNTIL
}

/// Whether kubelet speaks only CRI v1alpha2.
pub fn needs_cri_v1alpha2(version: Version) -> bool {
    version.minor < CRI_V1_SINCE
}

/// Whether kubelet and containerd of these versions work with each other.
pub fn containerd_fits(version: Version, containerd: &str) -> bool {
    match major_minor(containerd) {
        Some((1, minor)) => minor >= 6 || version.minor < CRI_V1_ONLY_SINCE,
        Some(_) => !needs_cri_v1alpha2(version),
        None => false,
    }
}

/// The CRI socket as kubelet and kubeadm of `version` want it written.
pub fn cri_socket(version: Version) -> String {
    match version.minor {
        SOCKET_SCHEME_SINCE.. => format!("unix://{CONTAINERD_SOCKET}"),
        _ => CONTAINERD_SOCKET.to_owned(),
    }
}

/// The `version` of containerd's configuration file: 2 for 1.6 and 1.7, 3 for 2.x (`docs/cri/config.md`).
pub fn containerd_config_version(containerd: &str) -> Option<u32> {
    match major_minor(containerd)? {
        (1, _) => Some(2),
        (2, _) => Some(3),
        _ => None,
    }
}

/// Whether containerd wants the folders of CNI plugins as a list, `bin_dirs`, instead of one, `bin_dir`.
pub fn containerd_lists_cni_dirs(containerd: &str) -> bool {
    major_minor(containerd).is_some_and(|version| version >= CNI_BIN_DIRS_SINCE)
}

/// Whether kubectl can wait for the value of a field.
pub fn kubectl_waits_for_jsonpath(version: Version) -> bool {
    version.minor >= WAIT_FOR_JSONPATH_SINCE
}

/// Whether `kubeadm join` of a control plane ends with the phase `control-plane-join update-status`.
pub fn join_updates_cluster_status(version: Version) -> bool {
    version.minor <= CLUSTER_STATUS_UNTIL
}

/// Whether containerd honours the label that keeps an image from being collected.
pub fn containerd_pins_images(containerd: &str) -> bool {
    let patch = containerd.split('.').nth(2).and_then(|patch| patch.parse::<u32>().ok()).unwrap_or(0);
    let [backported, since] = PINNED_IMAGES_SINCE;
    major_minor(containerd).is_some_and(|(major, minor)| match (major, minor) {
        (1, 6) => (major, minor, patch) >= backported,
        _ => (major, minor, patch) >= since,
    })
}

fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::version::of_minor as minor;

    #[test]
    fn kubeadm_reads_one_api_version_best() {
        let table = [
            (20, "v1beta2"),
            (21, "v1beta2"),
            (22, "v1beta3"),
            (30, "v1beta3"),
            (31, "v1beta4"),
            (36, "v1beta4"),
            (37, "v1beta4"),
        ];
        for (number, expected) in table {
            assert_eq!(
                kubeadm_api_version(minor(number)),
                format!("kubeadm.k8s.io/{expected}"),
                "1.{number}"
            );
        }
    }

    #[test]
    fn every_known_minor_has_its_sandbox_image() {
        let table = [
            (20, "3.2"),
            (21, "3.4.1"),
            (22, "3.5"),
            (23, "3.6"),
            (24, "3.7"),
            (25, "3.8"),
            (26, "3.9"),
            (30, "3.9"),
            (31, "3.10"),
            (33, "3.10"),
            (34, "3.10.1"),
            (35, "3.10.1"),
            (36, "3.10.2"),
            (37, "3.10.2"),
        ];
        for (number, expected) in table {
            assert_eq!(pause_tag(minor(number)), Some(expected), "1.{number}");
        }
        assert_eq!(pause_tag(minor(OLDEST_MINOR - 1)), None);
        assert_eq!(pause_tag(minor(NEWEST_MINOR + 1)), None);
        assert_eq!(pause_tag(Version { major: 2, minor: 30, patch: 0 }), None);
    }

    #[test]
    fn conntrack_is_asked_for_up_to_1_31() {
        assert!(needs_conntrack(minor(20)) && needs_conntrack(minor(31)));
        assert!(!needs_conntrack(minor(32)));
    }

    #[test]
    fn runtimes_fit_by_cri_version() {
        let table = [
            (20, "1.6.20", true),
            (22, "2.0.0", false),
            (23, "2.0.0", true),
            (35, "1.7.28", true),
            (25, "1.5.18", true),
            (26, "1.5.18", false),
            (36, "2.3.4", true),
            (36, "x", false),
        ];
        for (number, containerd, fits) in table {
            assert_eq!(containerd_fits(minor(number), containerd), fits, "1.{number} with {containerd}");
        }
    }

    #[test]
    fn configuration_follows_the_major_version_of_containerd() {
        let table =
            [("1.6.20", Some(2)), ("1.7.28", Some(2)), ("2.3.4", Some(3)), ("3.0.0", None), ("x", None)];
        for (containerd, expected) in table {
            assert_eq!(containerd_config_version(containerd), expected, "{containerd}");
        }
    }

    #[test]
    fn cni_folders_are_a_list_since_containerd_2_1() {
        let lists = ["1.7.28", "2.0.5", "2.1.0", "2.3.4"].map(containerd_lists_cni_dirs);
        assert_eq!(lists, [false, false, true, true]);
    }

    #[test]
    fn images_are_pinned_from_a_patch_on() {
        for (containerd, pins) in [
            ("1.5.18", false),
            ("1.6.20", false),
            ("1.6.22", true),
            ("1.7.2", false),
            ("1.7.3", true),
            ("1.7.28", true),
            ("2.0.0", true),
            ("1.7", false),
            ("x", false),
        ] {
            assert_eq!(containerd_pins_images(containerd), pins, "{containerd}");
        }
    }

    #[test]
    fn kubectl_waits_for_values_since_1_23() {
        assert_eq!([22, 23].map(|number| kubectl_waits_for_jsonpath(minor(number))), [false, true]);
    }

    #[test]
    fn sockets_have_a_scheme_since_1_24() {
        assert_eq!(cri_socket(minor(23)), "/run/containerd/containerd.sock");
        assert_eq!(cri_socket(minor(24)), "unix:///run/containerd/containerd.sock");
    }
}
