//! kubeadm.k8s.io/v1beta3 (`cmd/kubeadm/app/apis/kubeadm/v1beta3/types.go` of kubernetes/kubernetes).

use super::shape::Shape::{self, Bool, List, Map, Object, Text};
use super::shared::{
    API_ENDPOINT, API_SERVER, ARGUMENT_MAP, BOOTSTRAP_TOKENS, COMPONENT, DISCOVERY, ETCD, JOIN_CONTROL_PLANE,
    NETWORKING, PATCHES, TAINTS,
};

const NODE: Shape = Object(&[
    ("name", Text),
    ("criSocket", Text),
    ("taints", TAINTS),
    ("kubeletExtraArgs", ARGUMENT_MAP),
    ("ignorePreflightErrors", List(&Text)),
    ("imagePullPolicy", Text),
]);
pub const INIT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("bootstrapTokens", BOOTSTRAP_TOKENS),
    ("nodeRegistration", NODE),
    ("localAPIEndpoint", API_ENDPOINT),
    ("certificateKey", Text),
    ("skipPhases", List(&Text)),
    ("patches", PATCHES),
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
    ("dns", Object(&[("imageRepository", Text), ("imageTag", Text)])),
    ("certificatesDir", Text),
    ("imageRepository", Text),
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
    ("skipPhases", List(&Text)),
    ("patches", PATCHES),
]);
