//! kubeadm.k8s.io/v1beta2 (`cmd/kubeadm/app/apis/kubeadm/v1beta2/types.go` of 1.20.2).

use super::shape::Shape::{self, Bool, List, Map, Object, Text};
use super::shared::{
    API_ENDPOINT, API_SERVER, ARGUMENT_MAP, BOOTSTRAP_TOKENS, COMPONENT, DISCOVERY, ETCD, JOIN_CONTROL_PLANE,
    NETWORKING, TAINTS,
};

const NODE: Shape = Object(&[
    ("name", Text),
    ("criSocket", Text),
    ("taints", TAINTS),
    ("kubeletExtraArgs", ARGUMENT_MAP),
    ("ignorePreflightErrors", List(&Text)),
]);
pub const INIT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("bootstrapTokens", BOOTSTRAP_TOKENS),
    ("nodeRegistration", NODE),
    ("localAPIEndpoint", API_ENDPOINT),
    ("certificateKey", Text),
]);
pub const CLUSTER: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("etcd", ETCD),
    ("networking", NETWORKING),
    ("kubernetesVersion", Text),
    ("controlPlaneEndpoint", Text),
    ("apiServer", API_SERVER),
    ("controllerManager", COMPONENT),
    ("scheduler", COMPONENT),
    ("dns", Object(&[("type", Text), ("imageRepository", Text), ("imageTag", Text)])),
    ("certificatesDir", Text),
    ("imageRepository", Text),
    ("useHyperKubeImage", Bool),
    ("featureGates", Map(&Bool)),
    ("clusterName", Text),
]);
pub const JOIN: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("nodeRegistration", NODE),
    ("caCertPath", Text),
    ("discovery", DISCOVERY),
    ("controlPlane", JOIN_CONTROL_PLANE),
]);
