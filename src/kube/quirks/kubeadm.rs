//! What changes in kubeadm's configuration and in what kubeadm leaves behind.

use super::{V1BETA3_SINCE, V1BETA4_SINCE, Version};

/// `super-admin.conf`, and with it an `admin.conf` that may do nothing before its cluster role binding is
/// there, came with 1.29 (k/k#121305).
const SUPER_ADMIN_SINCE: u32 = 29;
/// kubelet's flag `--pod-infra-container-image` is gone in 1.35 (k/k#133779): kubelet does not start with it.
const POD_INFRA_FLAG_UNTIL: u32 = 34;
/// The first minor whose kubeadm patches kubelet's configuration (k/k#110405).
pub const KUBELET_PATCHES_SINCE: u32 = 25;
/// The first minor whose kubeadm patches its `CoreDNS` (k/k#124820; `CHANGELOG-1.31.md`).
pub const COREDNS_PATCHES_SINCE: u32 = 31;
/// Where Kubernetes' own images are: the first until 1.24, the second since 1.25.
const UPSTREAM_REPOSITORIES: [&str; 2] = ["k8s.gcr.io", "registry.k8s.io"];

/// Whether extra arguments are a list of `{name, value}` instead of a map (v1beta4).
pub fn kubeadm_lists_arguments(version: Version) -> bool {
    version.minor >= V1BETA4_SINCE
}

/// Whether `InitConfiguration` and `JoinConfiguration` have `timeouts`; before, the API server's timeout is in
/// `ClusterConfiguration.apiServer` and that of discovery in `JoinConfiguration.discovery` (v1beta4).
pub fn kubeadm_has_timeouts(version: Version) -> bool {
    version.minor >= V1BETA4_SINCE
}

/// Whether `nodeRegistration.imagePullPolicy` exists (v1beta3).
pub fn kubeadm_has_image_pull_policy(version: Version) -> bool {
    version.minor >= V1BETA3_SINCE
}

/// Whether `InitConfiguration` and `JoinConfiguration` have `patches` (v1beta3, k/k#103063); before, there is only
/// the flag `--experimental-patches`, which is gone in 1.23 (k/k#104065).
pub fn kubeadm_has_patches(version: Version) -> bool {
    version.minor >= V1BETA3_SINCE
}

/// Whether a patch of `kubeletconfiguration` is applied; before, kubeadm passes over it.
pub fn kubeadm_patches_kubelet(version: Version) -> bool {
    version.minor >= KUBELET_PATCHES_SINCE
}

/// Whether a patch of `corednsdeployment` is applied; before, kubeadm passes over it.
pub fn kubeadm_patches_coredns(version: Version) -> bool {
    version.minor >= COREDNS_PATCHES_SINCE
}

/// Whether `dns` must say that it is `CoreDNS` (v1beta2).
pub fn kubeadm_has_dns_type(version: Version) -> bool {
    version.minor < V1BETA3_SINCE
}

/// Whether `dns.disabled` and `proxy.disabled` exist (v1beta4).
pub fn kubeadm_can_disable_addons(version: Version) -> bool {
    version.minor >= V1BETA4_SINCE
}

/// Whether `encryptionAlgorithm` exists (v1beta4); before, only the gate `PublicKeysECDSA` makes kubeadm's own
/// keys other than RSA, which it does since 1.19.
pub fn kubeadm_has_encryption_algorithm(version: Version) -> bool {
    version.minor >= V1BETA4_SINCE
}

/// Whether `kubeadm init` makes a `super-admin.conf`, which alone may do anything until `upload-config`.
pub fn has_super_admin_conf(version: Version) -> bool {
    version.minor >= SUPER_ADMIN_SINCE
}

/// Whether kubelet knows `--pod-infra-container-image`.
pub fn kubelet_has_pod_infra_flag(version: Version) -> bool {
    version.minor <= POD_INFRA_FLAG_UNTIL
}

/// Whether images in `repository` have the tags that kubeadm expects without being told.
pub fn is_upstream_repository(repository: &str) -> bool {
    UPSTREAM_REPOSITORIES.contains(&repository)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::version::of_minor as minor;

    #[test]
    fn fields_came_with_the_version_of_the_configuration() {
        // minor, image pull policy, list of arguments
        for (number, v1beta3, v1beta4) in
            [(20, false, false), (21, false, false), (22, true, false), (30, true, false), (31, true, true)]
        {
            let version = minor(number);
            assert_eq!(kubeadm_has_image_pull_policy(version), v1beta3, "1.{number}");
            assert_eq!(kubeadm_has_dns_type(version), !v1beta3, "1.{number}");
            assert_eq!(kubeadm_has_patches(version), v1beta3, "1.{number}");
            for answer in [
                kubeadm_lists_arguments(version),
                kubeadm_has_timeouts(version),
                kubeadm_can_disable_addons(version),
                kubeadm_has_encryption_algorithm(version),
            ] {
                assert_eq!(answer, v1beta4, "1.{number}");
            }
        }
    }

    #[test]
    fn admin_needs_a_super_admin_since_1_29() {
        assert!(!has_super_admin_conf(minor(28)) && has_super_admin_conf(minor(29)));
    }

    #[test]
    fn more_can_be_patched_since_1_25_and_1_31() {
        assert_eq!([24, 25].map(|number| kubeadm_patches_kubelet(minor(number))), [false, true]);
        assert_eq!([30, 31].map(|number| kubeadm_patches_coredns(minor(number))), [false, true]);
    }

    #[test]
    fn the_sandbox_flag_is_gone_in_1_35() {
        assert!(kubelet_has_pod_infra_flag(minor(34)) && !kubelet_has_pod_infra_flag(minor(35)));
    }
}
