//! Shapes that versions of kubeadm's configuration share.

use super::shape::Shape::{self, Bool, Duration, List, Map, Number, Object, Text};

/// A flag's name and value (v1beta4).
pub const ARGUMENTS: Shape = List(&Object(&[("name", Text), ("value", Text)]));
/// Values by flag (v1beta2, v1beta3).
pub const ARGUMENT_MAP: Shape = Map(&Text);
pub const BOOTSTRAP_TOKENS: Shape = List(&Object(&[
    ("token", Text),
    ("description", Text),
    ("ttl", Duration),
    ("expires", Text),
    ("usages", List(&Text)),
    ("groups", List(&Text)),
]));
pub const API_ENDPOINT: Shape = Object(&[("advertiseAddress", Text), ("bindPort", Number)]);
pub const TAINTS: Shape =
    List(&Object(&[("key", Text), ("value", Text), ("effect", Text), ("timeAdded", Text)]));
pub const NETWORKING: Shape = Object(&[("serviceSubnet", Text), ("podSubnet", Text), ("dnsDomain", Text)]);
pub const VOLUMES: Shape = List(&Object(&[
    ("name", Text),
    ("hostPath", Text),
    ("mountPath", Text),
    ("readOnly", Bool),
    ("pathType", Text),
]));
pub const PATCHES: Shape = Object(&[("directory", Text)]);
pub const BOOTSTRAP_TOKEN_DISCOVERY: Shape = Object(&[
    ("token", Text),
    ("apiServerEndpoint", Text),
    ("caCertHashes", List(&Text)),
    ("unsafeSkipCAVerification", Bool),
]);
pub const FILE_DISCOVERY: Shape = Object(&[("kubeConfigPath", Text)]);
pub const JOIN_CONTROL_PLANE: Shape = Object(&[("localAPIEndpoint", API_ENDPOINT), ("certificateKey", Text)]);
/// Until v1beta3.
pub const DISCOVERY: Shape = Object(&[
    ("bootstrapToken", BOOTSTRAP_TOKEN_DISCOVERY),
    ("file", FILE_DISCOVERY),
    ("tlsBootstrapToken", Text),
    ("timeout", Duration),
]);
/// Until v1beta3.
pub const COMPONENT: Shape = Object(&[("extraArgs", ARGUMENT_MAP), ("extraVolumes", VOLUMES)]);
/// Until v1beta3.
pub const API_SERVER: Shape = Object(&[
    ("extraArgs", ARGUMENT_MAP),
    ("extraVolumes", VOLUMES),
    ("certSANs", List(&Text)),
    ("timeoutForControlPlane", Duration),
]);
/// Until v1beta3.
pub const ETCD: Shape = Object(&[
    (
        "local",
        Object(&[
            ("imageRepository", Text),
            ("imageTag", Text),
            ("dataDir", Text),
            ("extraArgs", ARGUMENT_MAP),
            ("serverCertSANs", List(&Text)),
            ("peerCertSANs", List(&Text)),
        ]),
    ),
    ("external", EXTERNAL_ETCD),
]);
pub const EXTERNAL_ETCD: Shape =
    Object(&[("endpoints", List(&Text)), ("caFile", Text), ("certFile", Text), ("keyFile", Text)]);
