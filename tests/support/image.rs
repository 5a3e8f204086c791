//! Container images as a registry serves them.

use super::server::{Answer, Request};
use imgbuild::digest::Sha256;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// A stand-in image: an index, which leads to one manifest for linux/amd64.
pub struct StandIn {
    /// What its tag and its digest name.
    pub index: Vec<u8>,
    /// The manifest for the platform.
    pub manifest: Vec<u8>,
    /// The image configuration.
    pub config: Vec<u8>,
    /// The uncompressed layers.
    pub layers: Vec<Vec<u8>>,
}

impl StandIn {
    /// An image with those layers, each a tar; nobody can run it.
    pub fn new(layers: Vec<Vec<u8>>) -> Self {
        Self::running(&json!({}), layers)
    }

    /// An image with those layers, each a tar; its containers run with `config`.
    pub fn running(config: &Value, layers: Vec<Vec<u8>>) -> Self {
        let diff_ids: Vec<String> = layers.iter().map(|layer| digest(layer)).collect();
        let rootfs = json!({ "type": "layers", "diff_ids": diff_ids });
        let config = json!({ "architecture": "amd64", "os": "linux", "config": config, "rootfs": rootfs });
        let config = config.to_string().into_bytes();
        let described_layers: Vec<Value> = layers.iter().map(|layer| described(LAYER, layer)).collect();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": described(CONFIG, &config), "layers": described_layers,
        });
        let manifest = manifest.to_string().into_bytes();
        let mut chosen = described(MANIFEST, &manifest);
        chosen["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [chosen] });
        Self { index: index.to_string().into_bytes(), manifest, config, layers }
    }

    /// Path below `/v2/NAME` to what is there, for the tag `tag`.
    pub fn paths(&self, tag: &str) -> BTreeMap<String, Vec<u8>> {
        let mut paths = BTreeMap::from([(format!("/manifests/{tag}"), self.index.clone())]);
        for manifest in [&self.index, &self.manifest] {
            paths.insert(format!("/manifests/{}", digest(manifest)), manifest.clone());
        }
        for blob in self.layers.iter().chain([&self.config]) {
            paths.insert(format!("/blobs/{}", digest(blob)), blob.clone());
        }
        paths
    }

    /// What ends up in an image's layout: manifest, configuration and layers, but not the index.
    pub fn blobs(&self) -> impl Iterator<Item = &Vec<u8>> {
        [&self.manifest, &self.config].into_iter().chain(&self.layers)
    }
}

/// `sha256:` and the digest of `bytes`.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::of(bytes).prefixed()
}

fn described(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

/// What a registry says before it gives `body`: that it wants a token from `realm`, also of strangers, and
/// that it gives a manifest only to those who accept its type. `None` if all is well.
pub fn objection(request: &Request, realm: &str, body: &[u8]) -> Option<Answer> {
    if request.header("authorization") != Some("Bearer stranger") {
        let challenge = format!("WWW-Authenticate: Bearer realm=\"{realm}\",service=\"stand-in\"");
        return Some(Answer::Empty("401 Unauthorized", vec![challenge]));
    }
    let document: Option<Value> = serde_json::from_slice(body).ok();
    let media_type = document.as_ref().and_then(|document| document["mediaType"].as_str());
    let accepted = request.header("accept").unwrap_or_default();
    let refused = media_type.is_some_and(|media_type| !accepted.contains(media_type));
    refused.then(Answer::not_found)
}
