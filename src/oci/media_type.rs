//! Media types of what a registry serves and a layout holds (image-spec `media-types.md`).

/// OCI index: one image for several platforms.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// OCI manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// OCI image configuration.
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// Uncompressed OCI layer.
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
/// Docker's name for an index.
pub const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// Docker's manifest, schema 2.
pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";

/// Docker's image configuration.
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// All but the uncompressed OCI layer; layers that are only a URL elsewhere are not among them.
const OTHER_LAYERS: [&str; 4] = [
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
];

/// What to ask for when a tag may name either.
pub const MANIFESTS_AND_INDICES: [&str; 4] = [INDEX, MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST];

/// Whether this is a manifest in one of both forms.
pub fn is_manifest(text: &str) -> bool {
    [MANIFEST, DOCKER_MANIFEST].contains(&text)
}

/// Whether this is an index in one of both forms.
pub fn is_index(text: &str) -> bool {
    [INDEX, DOCKER_INDEX].contains(&text)
}

/// Whether this is the configuration of a container image, not of some other artifact.
pub fn is_config(text: &str) -> bool {
    [CONFIG, DOCKER_CONFIG].contains(&text)
}

/// Whether this is a layer whose bytes the registry itself has.
pub fn is_layer(text: &str) -> bool {
    text == LAYER || OTHER_LAYERS.contains(&text)
}
