//! What an image must turn out to be, written down a second time: not read from the definition under test.

/// Folder of the baked OCI layout.
const LAYOUT: &str = "/var/lib/imgbuild/oci";

/// Facts about one image.
pub struct Expected {
    pub name: &'static str,
    /// With a leading `v`.
    pub kubernetes: &'static str,
    /// What kubectl says, which may come from elsewhere than the rest.
    pub kubectl: &'static str,
    /// Empty if the image has none.
    pub crictl: &'static str,
    pub containerd_config: &'static str,
    pub sandbox_image: &'static str,
    /// Packages that upgrades must leave alone, separated by spaces.
    pub held: &'static str,
}

const ARCHIVE: Expected = Expected {
    name: "debian-12-archive",
    kubernetes: "v1.20.2",
    kubectl: "v1.20.2",
    crictl: "",
    containerd_config: "2",
    sandbox_image: "imgbuild.local/archive/pause:3.2",
    held: "containerd containernetworking-plugins kubernetes-client runc",
};

const IMAGES: [Expected; 3] = [
    ARCHIVE,
    Expected { name: "debian-12-archive-arm64", ..ARCHIVE },
    Expected {
        name: "debian-13",
        kubernetes: "v1.36.4",
        kubectl: "v1.36.4",
        crictl: "v1.36.0",
        containerd_config: "3",
        sandbox_image: "registry.k8s.io/pause:3.10.2",
        held: "",
    },
];

impl Expected {
    /// The image called `name`.
    pub fn of(name: &str) -> &'static Self {
        IMAGES.iter().find(|image| image.name == name).unwrap_or_else(|| panic!("nothing known of {name}"))
    }

    /// The variables that the checks read.
    pub fn variables(&self) -> [(&'static str, &'static str); 8] {
        [
            ("EXPECTED_NAME", self.name),
            ("EXPECTED_KUBERNETES", self.kubernetes),
            ("EXPECTED_KUBECTL", self.kubectl),
            ("EXPECTED_CRICTL", self.crictl),
            ("EXPECTED_CONTAINERD_CONFIG", self.containerd_config),
            ("EXPECTED_SANDBOX_IMAGE", self.sandbox_image),
            ("EXPECTED_HELD", self.held),
            ("EXPECTED_LAYOUT", LAYOUT),
        ]
    }
}
