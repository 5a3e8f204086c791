//! Versions that are known not to work in some situation, as data with the reports that say so.

use super::version::Version;

/// First and last patch of a minor, all of which have the fault.
type Patches = (u32, std::ops::RangeInclusive<u32>);

/// `kubeadm init` uploads its configuration through the endpoint instead of its own API server: since 1.34.2
/// (k/k#134265), until k/k#138449 came in 1.36.1 and was merged for 1.34 and 1.35 on 2026-05-05, after 1.34.7 and
/// 1.35.4 (kubernetes/kubeadm#3280, #3294, #3313).
const INIT_GOES_THROUGH_ENDPOINT: [Patches; 3] = [(34, 2..=7), (35, 0..=4), (36, 0..=0)];

/// kube-vip by version, with what is wrong with it.
const KUBE_VIP: [(&str, &str); 1] =
    [("1.2.2", "dials the address that it must create (dell/omnia#4992, fixed by kube-vip#1658)")];

/// Whether `kubeadm init` of `version` needs the endpoint before it can work.
pub fn init_goes_through_endpoint(version: Version) -> bool {
    let affected = |(minor, patches): &Patches| version.minor == *minor && patches.contains(&version.patch);
    version.major == 1 && INIT_GOES_THROUGH_ENDPOINT.iter().any(affected)
}

/// What is wrong with kube-vip of the image tag `tag`, if anything.
pub fn kube_vip(tag: &str) -> Option<&'static str> {
    let version = tag.trim_start_matches('v');
    KUBE_VIP.iter().find(|(bad, _)| *bad == version).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_regression_of_kubeadm_has_a_beginning_and_an_end() {
        let bad = |text: &str| init_goes_through_endpoint(text.parse().unwrap());
        for version in ["1.34.2", "1.34.7", "1.35.0", "1.35.4", "1.36.0"] {
            assert!(bad(version), "{version}");
        }
        for version in ["1.20.2", "1.34.1", "1.34.8", "1.35.5", "1.36.1", "1.36.4", "1.37.0"] {
            assert!(!bad(version), "{version}");
        }
    }

    #[test]
    fn versions_of_kube_vip_are_known_by_tag() {
        assert!(kube_vip("v1.2.2").is_some() && kube_vip("v1.2.3").is_none());
    }
}
