//! Labels and taints, by Kubernetes' rules (`k8s.io/apimachinery/pkg/util/validation`) and by those of kubelet,
//! which does not start if it is told to give its node a label that is not its own to give.

use super::super::model::Taint;
use super::super::raw::RawTaint;
use super::names::is_dns_name;
use crate::document::names::{Checked, require};
use crate::document::place::{Place, Result};
use std::collections::{BTreeMap, BTreeSet};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// Kubernetes' own labels that kubelet may set (`k8s.io/kubelet/pkg/apis/well_known_labels.go`) …
const KUBELET_LABELS: [&str; 11] = [
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
];
/// … and the namespaces in which it may set any.
const KUBELET_NAMESPACES: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
/// The namespaces that are Kubernetes' own.
const KUBERNETES_NAMESPACES: [&str; 2] = ["kubernetes.io", "k8s.io"];

/// Labels of a node.
pub fn labels(raw: BTreeMap<String, String>, at: &Place) -> Result<BTreeMap<String, String>> {
    let label = |(key, value): (String, String)| {
        let at = at.key(&key);
        Ok((at.checked(key, node_label)?, at.checked(value, value_of_label)?))
    };
    raw.into_iter().map(label).collect()
}

/// `taints`.
pub fn taints(raw: Vec<RawTaint>, at: &Place) -> Result<Vec<Taint>> {
    let taints = raw.into_iter().enumerate().map(|(index, raw)| taint(raw, &at.item(index)));
    let taints: Vec<Taint> = taints.collect::<Result<_>>()?;
    match repeated(&taints) {
        None => Ok(taints),
        Some(index) => Err(at
            .item(index)
            .fault("has key and effect of an earlier taint, with which no node registers")
            .hint("remove one of the two")),
    }
}

/// The first whose key and effect an earlier one has.
fn repeated(taints: &[Taint]) -> Option<usize> {
    let mut seen = BTreeSet::new();
    taints.iter().position(|taint| !seen.insert((&taint.key, &taint.effect)))
}

fn taint(raw: RawTaint, at: &Place) -> Result<Taint> {
    let (key, effect) = (at.key("key"), at.key("effect"));
    Ok(Taint {
        key: key.checked(key.required(raw.key)?, qualified_name)?,
        value: at.key("value").checked(raw.value, value_of_label)?,
        effect: effect.checked(effect.required(raw.effect)?, effect_name)?,
    })
}

fn effect_name(text: &str) -> Checked {
    let hint = "write `NoSchedule`, `PreferNoSchedule` or `NoExecute`";
    require(EFFECTS.contains(&text), text, "effect of a taint", hint)
}

/// A name, perhaps with a DNS name and `/` before it.
fn qualified_name(text: &str) -> Checked {
    let (prefix, name) = text.split_once('/').map_or((None, text), |(prefix, name)| (Some(prefix), name));
    let valid = is_name(name) && prefix.is_none_or(is_dns_name);
    let hint = "use letters, digits, `-`, `_` and `.`, perhaps after a domain: `example.org/rack`";
    require(valid, &text.escape_debug().to_string(), "label or taint", hint)
}

fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric();
    let inner = text.bytes().all(|b| plain(b) || b"-_.".contains(&b));
    let ends = text.bytes().next().is_some_and(plain) && text.bytes().last().is_some_and(plain);
    inner && ends && text.len() <= 63
}

fn value_of_label(text: &str) -> Checked {
    let hint = "use at most 63 letters, digits, `-`, `_` and `.`";
    require(
        text.is_empty() || is_name(text),
        &text.escape_debug().to_string(),
        "value of a label or taint",
        hint,
    )
}

fn node_label(text: &str) -> Checked {
    qualified_name(text)?;
    let namespace = text.split_once('/').map_or("", |(namespace, _)| namespace);
    let within = |names: &[&str]| names.iter().any(|name| is_or_ends_in(namespace, name));
    let allowed =
        !within(&KUBERNETES_NAMESPACES) || KUBELET_LABELS.contains(&text) || within(&KUBELET_NAMESPACES);
    let hint =
        "kubelet may set `node.kubernetes.io/…`, `kubelet.kubernetes.io/…` and labels of other domains";
    require(allowed, text, "label that a node may give itself", hint)
}

/// Whether `namespace` is `name` or below it.
fn is_or_ends_in(namespace: &str, name: &str) -> bool {
    namespace.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_kubelet_may_set() {
        for label in ["rack", "example.org/rack", "a.node.kubernetes.io/x", "topology.kubernetes.io/zone"] {
            assert!(node_label(label).is_ok(), "{label}");
        }
        for label in [
            "node-role.kubernetes.io/worker",
            "node-restriction.kubernetes.io/x",
            "k8s.io/x",
            "",
            "/x",
            "a/b/c",
            "-a",
            "a b",
            "a,b=c",
            "a\n",
            "Example.org/a",
        ] {
            assert!(node_label(label).is_err(), "{label}");
        }
    }

    #[test]
    fn values_are_short_and_plain() {
        for (value, valid) in [("", true), ("a_B.1", true), ("a,b=c", false), ("-", false), ("a b", false)] {
            assert_eq!(value_of_label(value).is_ok(), valid, "{value}");
        }
        assert!(value_of_label(&"a".repeat(64)).is_err());
    }
}
