//! kube-vip as a static pod on control planes: the address goes with a lease, announced by ARP.
//!
//! Sources: kube-vip's `pkg/kubevip/config_generator.go` and `config_environment.go`; kubespray's manifest. It
//! speaks to the API server of its own machine: through the address that it holds it could never begin
//! (kube-vip#684, kube-vip#799).

use super::file::{File, Secrecy};
use super::{Part, Site, below_directory};
use crate::Result;
use crate::bake::ImageRecord;
use crate::cluster::Host;
use crate::error::Fault;
use crate::kube::{known_bad, quirks};
use crate::kubeadm::baked::{self, Baked};
use crate::kubeadm::node::bind_port;
use crate::node::configuration::{Install, When};
use serde::Serialize;
use serde_json::{Value, json};

/// The static pod's manifest.
pub const MANIFEST: &str = "/etc/kubernetes/manifests/kube-vip.yaml";
const NAME: &str = "kube-vip.yaml";
const ADMIN: &str = "/etc/kubernetes/admin.conf";
const SUPER_ADMIN: &str = "/etc/kubernetes/super-admin.conf";

#[derive(Serialize)]
#[serde(untagged)]
enum Variable {
    Value {
        name: &'static str,
        value: String,
    },
    Field {
        name: &'static str,
        #[serde(rename = "valueFrom")]
        value_from: Value,
    },
}

/// The manifest below the agent's folder.
pub fn file(site: &Site, part: &Part, host: &Host) -> Result<File> {
    let image = image(site.scope.image)?;
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "kube-vip", "namespace": "kube-system"},
        "spec": {
            "containers": [container(site, host, &image)],
            "hostAliases": [{"hostnames": ["kubernetes"], "ip": "127.0.0.1"}],
            "hostNetwork": true,
            // not `FileOrCreate`: an empty file would be taken for kubeadm's own
            "volumes": [{"name": "kubeconfig", "hostPath": {"path": kubeconfig(site, part), "type": "File"}}],
        },
    });
    Ok(File::secret(below_directory(NAME), serde_yaml::to_string(&pod)?, Secrecy::Public))
}

/// On the first control plane it must run while kubeadm does; on others kubeadm wants its folder empty.
pub fn install(part: &Part) -> Install {
    let when = if part.is_first() { When::BeforeKubeadm } else { When::AfterKubeadm };
    Install { from: NAME.to_owned(), to: MANIFEST.to_owned(), mode: 0o600, when }
}

/// Whether `admin.conf` may do nothing yet when it starts.
pub fn needs_handover(site: &Site, part: &Part) -> bool {
    part.is_first() && quirks::has_super_admin_conf(site.scope.version())
}

fn kubeconfig(site: &Site, part: &Part) -> &'static str {
    if needs_handover(site, part) { SUPER_ADMIN } else { ADMIN }
}

/// The baked kube-vip, if it is there and none that is known not to work.
pub fn image(record: &ImageRecord) -> Result<Baked<'_>, Fault> {
    let found = baked::all(record).find(|image| image.name == "kube-vip");
    let image = found.ok_or_else(|| {
        Fault::input(format!("image `{}` has no kube-vip", record.name))
            .hint("add kube-vip to `images` of its definition, or choose another `endpoint.provider`")
    })?;
    match known_bad::kube_vip(image.tag) {
        Some(why) => Err(Fault::input(format!("`{}`: {why}", image.reference))
            .hint("bake another version into the image, or choose another `endpoint.provider`")),
        None => Ok(image),
    }
}

fn container(site: &Site, host: &Host, image: &Baked) -> Value {
    json!({
        "name": "kube-vip",
        "image": image.reference,
        "imagePullPolicy": "IfNotPresent",
        "args": ["manager"],
        "env": environment(site, host, image),
        "securityContext": {"capabilities": {"add": ["NET_ADMIN", "NET_RAW"], "drop": ["ALL"]}},
        "volumeMounts": [{"name": "kubeconfig", "mountPath": ADMIN}],
    })
}

fn environment(site: &Site, host: &Host, image: &Baked) -> Vec<Variable> {
    let (endpoint, port) = (&site.cluster().endpoint, bind_port(&site.scope));
    let value = |name, value: &str| Variable::Value { name, value: value.to_owned() };
    let node = json!({"fieldRef": {"fieldPath": "spec.nodeName"}});
    vec![
        value("vip_arp", "true"),
        value("port", &port.to_string()),
        Variable::Field { name: "vip_nodename", value_from: node },
        value("vip_interface", &host.interface),
        value(quirks::kube_vip_prefix_variable(image.tag), "32"),
        value("cp_enable", "true"),
        value("cp_namespace", "kube-system"),
        value("vip_ddns", "false"),
        value("vip_leaderelection", "true"),
        value("vip_leasename", "plndr-cp-lock"),
        value("vip_leaseduration", "15"),
        value("vip_renewdeadline", "10"),
        value("vip_retryperiod", "2"),
        value("address", &endpoint.address),
        value("kubernetes_addr", &format!("https://{}:{port}", host.address)),
    ]
}
