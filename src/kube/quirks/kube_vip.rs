//! What changes in kube-vip.

use super::major_minor;

/// `vip_subnet` replaced `vip_cidr` in 0.9.0 (kubespray's manifest; kube-vip's change log).
const SUBNET_SINCE: (u32, u32) = (0, 9);

/// The variable that holds the length of the address's prefix, for the image tag `v1.2.3`.
pub fn kube_vip_prefix_variable(tag: &str) -> &'static str {
    let version = major_minor(tag.trim_start_matches('v'));
    if version.is_some_and(|version| version < SUBNET_SINCE) { "vip_cidr" } else { "vip_subnet" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_follows_the_version() {
        let names = ["v0.3.8", "v0.8.9", "v0.9.0", "v1.2.3", ""].map(kube_vip_prefix_variable);
        assert_eq!(names, ["vip_cidr", "vip_cidr", "vip_subnet", "vip_subnet", "vip_subnet"]);
    }
}
