//! What the book does by hand to its ingress controller: the class becomes the default one, the service gets the
//! ports of the web.

use super::configuration::Ingress;
use super::failure::{Failure, Outcome};
use super::host::Host;
use super::kubectl::{self, ADMIN};
use serde_json::{Value, json};

const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class=true";

/// Marks the class.
pub fn default_class(host: &impl Host, ingress: &Ingress) -> Outcome {
    let arguments = ["annotate", "--overwrite", "ingressclass", &ingress.class, DEFAULT];
    let told = host.run(&kubectl::command(host, ADMIN).args(arguments))?;
    told.expect("kubectl annotate ingressclass").map(|_| None)
}

/// Sets the node ports, by the ports' names.
pub fn node_ports(host: &impl Host, ingress: &Ingress) -> Outcome {
    let service = ["--namespace", &ingress.namespace, "service", &ingress.service];
    let told = host.run(&kubectl::command(host, ADMIN).arg("get").args(service).arg("--output=json"))?;
    let patch = patch(&kubectl::json(&told.expect("kubectl get service")?.stdout)?, ingress)?;
    let command = kubectl::command(host, ADMIN).arg("patch").args(service);
    let told = host.run(&command.args(["--type=strategic", "--patch", &patch.to_string()]))?;
    told.expect("kubectl patch service").map(|_| None)
}

/// Kubernetes merges ports by number, people know them by name.
fn patch(service: &Value, ingress: &Ingress) -> Result<Value, Failure> {
    let ports = service["spec"]["ports"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut patches = Vec::new();
    for (name, node_port) in &ingress.node_ports {
        let port = ports.iter().find(|port| port["name"] == json!(name)).ok_or_else(|| {
            Failure::Again(format!("service `{}` has no port with the name `{name}`", ingress.service))
        })?;
        patches.push(json!({ "port": port["port"], "protocol": port["protocol"], "nodePort": node_port }));
    }
    Ok(json!({ "spec": { "ports": patches } }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_found_by_name() {
        let service = json!({"spec": {"ports": [
            {"name": "http", "port": 80, "protocol": "TCP", "nodePort": 31234},
            {"name": "https", "port": 443, "protocol": "TCP"},
        ]}});
        let mut ingress = Ingress {
            class: "nginx".into(),
            namespace: "ingress-nginx".into(),
            service: "ingress-nginx-controller".into(),
            node_ports: [("http".to_owned(), 80), ("https".to_owned(), 443)].into(),
        };
        let expected = json!({"spec": {"ports": [
            {"port": 80, "protocol": "TCP", "nodePort": 80},
            {"port": 443, "protocol": "TCP", "nodePort": 443},
        ]}});
        assert_eq!(patch(&service, &ingress), Ok(expected));
        ingress.node_ports.insert("metrics".into(), 90);
        assert!(matches!(patch(&service, &ingress), Err(Failure::Again(why)) if why.contains("`metrics`")));
    }
}
