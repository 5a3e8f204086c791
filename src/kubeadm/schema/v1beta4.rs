//! kubeadm.k8s.io/v1beta4, as far as every minor since 1.31 has it (`cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go`
//! of kubernetes/kubernetes; "kubeadm Configuration (v1beta4)" of Kubernetes' documentation).

use super::shape::Shape::{self, Any, Bool, Duration, List, Map, Object, Text};
use super::shared::{
    API_ENDPOINT, ARGUMENTS, BOOTSTRAP_TOKEN_DISCOVERY, BOOTSTRAP_TOKENS, EXTERNAL_ETCD, FILE_DISCOVERY,
    JOIN_CONTROL_PLANE, NETWORKING, PATCHES, TAINTS, VOLUMES,
};

/// Kubernetes' own `EnvVar`.
const ENVIRONMENT: Shape = List(&Any);
const COMPONENT: Shape =
    Object(&[("extraArgs", ARGUMENTS), ("extraVolumes", VOLUMES), ("extraEnvs", ENVIRONMENT)]);
const API_SERVER: Shape = Object(&[
    ("extraArgs", ARGUMENTS),
    ("extraVolumes", VOLUMES),
    ("extraEnvs", ENVIRONMENT),
    ("certSANs", List(&Text)),
]);
const ETCD: Shape = Object(&[
    (
        "local",
        Object(&[
            ("imageRepository", Text),
            ("imageTag", Text),
            ("dataDir", Text),
            ("extraArgs", ARGUMENTS),
            ("extraEnvs", ENVIRONMENT),
            ("serverCertSANs", List(&Text)),
            ("peerCertSANs", List(&Text)),
        ]),
    ),
    ("external", EXTERNAL_ETCD),
]);
const TIMEOUTS: Shape = Object(&[
    ("controlPlaneComponentHealthCheck", Duration),
    ("kubeletHealthCheck", Duration),
    ("kubernetesAPICall", Duration),
    ("etcdAPICall", Duration),
    ("tlsBootstrap", Duration),
    ("discovery", Duration),
    ("upgradeManifests", Duration),
]);
const NODE: Shape = Object(&[
    ("name", Text),
    ("criSocket", Text),
    ("taints", TAINTS),
    ("kubeletExtraArgs", ARGUMENTS),
    ("ignorePreflightErrors", List(&Text)),
    ("imagePullPolicy", Text),
    ("imagePullSerial", Bool),
]);
pub const INIT: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("bootstrapTokens", BOOTSTRAP_TOKENS),
    ("dryRun", Bool),
    ("nodeRegistration", NODE),
    ("localAPIEndpoint", API_ENDPOINT),
    ("certificateKey", Text),
    ("skipPhases", List(&Text)),
    ("patches", PATCHES),
    ("timeouts", TIMEOUTS),
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
    ("dns", Object(&[("imageRepository", Text), ("imageTag", Text), ("disabled", Bool)])),
    ("proxy", Object(&[("disabled", Bool)])),
    ("certificatesDir", Text),
    ("imageRepository", Text),
    ("featureGates", Map(&Bool)),
    ("clusterName", Text),
    ("encryptionAlgorithm", Text),
    ("certificateValidityPeriod", Duration),
    ("caCertificateValidityPeriod", Duration),
]);
pub const JOIN: Shape = Object(&[
    ("apiVersion", Text),
    ("kind", Text),
    ("dryRun", Bool),
    ("nodeRegistration", NODE),
    ("caCertPath", Text),
    (
        "discovery",
        Object(&[
            ("bootstrapToken", BOOTSTRAP_TOKEN_DISCOVERY),
            ("file", FILE_DISCOVERY),
            ("tlsBootstrapToken", Text),
        ]),
    ),
    ("controlPlane", JOIN_CONTROL_PLANE),
    ("skipPhases", List(&Text)),
    ("patches", PATCHES),
    ("timeouts", TIMEOUTS),
]);
