//! The addons that imgbuild carries, by their path in `addons/`.

/// Makes `(name, text)` pairs of the files of those names.
macro_rules! table {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../addons/", $name)))),*]
    };
}

/// Sorted by name.
pub const TABLE: &[(&str, &str)] = table![
    "calico/addon.yaml",
    "calico/custom-resources.yaml",
    "ingress-nginx/addon.yaml",
    "kube-vip/addon.yaml",
    "kubelet-csr-approver/addon.yaml",
    "kubelet-csr-approver/kubelet-csr-approver.yaml",
    "longhorn/addon.yaml",
    "metrics-server/addon.yaml",
    "traefik/addon.yaml",
];
