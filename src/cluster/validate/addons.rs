//! Ingress.

use super::super::raw::RawIngress;
use super::names;
use crate::document::named;
use crate::document::place::{Place, Result};
use crate::node::configuration::Ingress;
use std::collections::{BTreeMap, BTreeSet};

/// The addon that brings the ingress controller which the defaults below describe.
const ADDON: &str = "ingress-nginx";
/// Its class.
const CLASS: &str = "nginx";
/// Its service.
const SERVICE: &str = "ingress-nginx-controller";
/// The book's node ports for it.
const NODE_PORTS: [(&str, u16); 2] = [("http", 80), ("https", 443)];

/// `ingress`: what the user wrote, or what fits ingress-nginx if it is among `addons`.
pub fn ingress(
    raw: Option<RawIngress>,
    at: &Place,
    addons: &[String],
    range: (u16, u16),
) -> Result<Option<Ingress>> {
    let implied = || addons.iter().any(|addon| addon == ADDON).then(RawIngress::default);
    let Some(raw) = raw.or_else(implied) else { return Ok(None) };
    let name = |raw: Option<String>, default: &str, key: &str| {
        at.key(key).checked(raw.unwrap_or_else(|| default.to_owned()), names::object)
    };
    Ok(Some(Ingress {
        class: name(raw.class, CLASS, "class")?,
        namespace: name(raw.namespace, ADDON, "namespace")?,
        service: name(raw.service, SERVICE, "service")?,
        node_ports: node_ports(raw.node_ports, &at.key("node_ports"), range)?,
    }))
}

type Ports = BTreeMap<String, u16>;

fn node_ports(raw: Option<Ports>, at: &Place, (first, last): (u16, u16)) -> Result<Ports> {
    let inside = |port: u16| (first..=last).contains(&port);
    let Some(ports) = raw else {
        let all = NODE_PORTS.iter().all(|(_, port)| inside(*port));
        return Ok(NODE_PORTS
            .iter()
            .filter(|_| all)
            .map(|(name, port)| ((*name).to_owned(), *port))
            .collect());
    };
    let ports = named(ports, at, names::port, |port, at| {
        if inside(port) {
            Ok(port)
        } else {
            let message = format!("`{port}` is outside of the node ports `{first}-{last}`");
            Err(at.fault(message).hint("choose another, or widen `node_ports`"))
        }
    })?;
    match repeated(&ports) {
        None => Ok(ports),
        Some((name, port)) => Err(at
            .key(name)
            .fault(format!("`{port}` is already the node port of another port"))
            .hint("choose another")),
    }
}

/// The first that has the node port of an earlier one.
fn repeated(ports: &Ports) -> Option<(&str, u16)> {
    let mut seen = BTreeSet::new();
    let mut ports = ports.iter().map(|(name, port)| (name.as_str(), *port));
    ports.find(|(_, port)| !seen.insert(*port))
}
