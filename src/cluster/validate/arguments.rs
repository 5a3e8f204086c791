//! Extra arguments of Kubernetes' programs.

use super::super::model::ExtraArguments;
use super::super::raw::RawArguments;
use super::names;
use crate::document::named;
use crate::document::names::{Checked, line, require};
use crate::document::place::{Place, Result};
use serde_json::Value;
use std::collections::BTreeMap;

type Flags = BTreeMap<String, String>;

/// What the rest of a definition decides, by flag, with the key that does.
const API_SERVER: [(&str, &str); 4] = [
    ("advertise-address", "hosts[].address"),
    ("secure-port", "endpoint.port"),
    ("service-cluster-ip-range", "service_network"),
    ("service-node-port-range", "node_ports"),
];
const CONTROLLER_MANAGER: [(&str, &str); 3] = [
    ("allocate-node-cidrs", "network"),
    ("cluster-cidr", "pod_network"),
    ("service-cluster-ip-range", "service_network"),
];
const ETCD: [(&str, &str); 6] = [
    ("advertise-client-urls", "hosts[].address"),
    ("initial-advertise-peer-urls", "hosts[].address"),
    ("initial-cluster", "hosts"),
    ("listen-client-urls", "hosts[].address"),
    ("listen-peer-urls", "hosts[].address"),
    ("name", "hosts[].name"),
];
const KUBELET: [(&str, &str); 5] = [
    ("config", "extra_arguments.kubelet_configuration"),
    ("hostname-override", "hosts[].name"),
    ("node-ip", "hosts[].address"),
    ("node-labels", "hosts[].labels"),
    ("register-with-taints", "taints"),
];
/// Fields of `KubeletConfiguration` that are not the user's.
const KUBELET_FIELDS: [&str; 4] = ["apiVersion", "kind", "cgroupDriver", "serverTLSBootstrap"];

/// `extra_arguments`.
pub fn extra(raw: RawArguments, at: &Place) -> Result<ExtraArguments> {
    Ok(ExtraArguments {
        api_server: flags(raw.api_server, &at.key("api_server"), &API_SERVER)?,
        controller_manager: flags(
            raw.controller_manager,
            &at.key("controller_manager"),
            &CONTROLLER_MANAGER,
        )?,
        scheduler: flags(raw.scheduler, &at.key("scheduler"), &[])?,
        etcd: flags(raw.etcd, &at.key("etcd"), &ETCD)?,
        kubelet: kubelet(raw.kubelet, &at.key("kubelet"))?,
        kubelet_configuration: fields(raw.kubelet_configuration, &at.key("kubelet_configuration"))?,
    })
}

/// Arguments of a kubelet. kubeadm writes them into a systemd `EnvironmentFile`, whose words and quotes they must
/// not break.
pub fn kubelet(raw: Flags, at: &Place) -> Result<Flags> {
    let flags = flags(raw, at, &KUBELET)?;
    named(flags, at, names::flag, |value, at| at.checked(value, word))
}

fn flags(raw: Flags, at: &Place, decided: &[(&str, &str)]) -> Result<Flags> {
    for (flag, key) in decided {
        if raw.contains_key(*flag) {
            let fault = at.key(flag).fault(format!("`{flag}` is what the rest of the definition decides"));
            return Err(fault.hint(format!("set `{key}` instead")));
        }
    }
    named(raw, at, names::flag, |value, at| at.checked(value, line))
}

/// One word that neither a shell nor systemd takes apart.
fn word(text: &str) -> Checked {
    let valid = text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'\\`$".contains(&b));
    let hint = "use no spaces, quotes, `$` or backslashes; `kubelet_configuration` takes any value";
    require(valid, &text.escape_debug().to_string(), "value of a kubelet argument", hint)
}

fn fields(raw: BTreeMap<String, Value>, at: &Place) -> Result<BTreeMap<String, Value>> {
    check_kubelet_fields(raw.keys(), at)?;
    named(raw, at, names::field, plain)
}

/// Refuses the name of a field of `KubeletConfiguration` that is not the user's.
pub fn check_kubelet_fields<'a>(mut fields: impl Iterator<Item = &'a String>, at: &Place) -> Result<()> {
    match fields.find(|field| KUBELET_FIELDS.contains(&field.as_str())) {
        Some(field) => Err(at.key(field).fault(format!("`{field}` is set by imgbuild")).hint("remove it")),
        None => Ok(()),
    }
}

/// `value`, if no text in it has control characters.
pub fn plain(value: Value, at: &Place) -> Result<Value> {
    if lines_only(&value) {
        Ok(value)
    } else {
        Err(at.fault("has a control character").hint("remove line breaks and control characters"))
    }
}

/// Whether no text in `value` has control characters.
fn lines_only(value: &Value) -> bool {
    match value {
        Value::String(text) => line(text).is_ok(),
        Value::Array(items) => items.iter().all(lines_only),
        Value::Object(map) => map.iter().all(|(key, value)| line(key).is_ok() && lines_only(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests;
