//! Images for the tests of this module's parts.

use super::media_type;
use crate::digest::Sha256;
use serde_json::{Value, json};

/// A descriptor of `bytes`.
pub fn described(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": Sha256::of(bytes).prefixed(), "size": bytes.len() })
}

/// The configuration of an image for `architecture` with `layers` layers.
pub fn config(architecture: &str, layers: usize) -> Vec<u8> {
    let diff_ids = vec![Sha256::of("").prefixed(); layers];
    let config = json!({
        "architecture": architecture, "os": "linux", "config": { "Env": null }, "future": 1,
        "rootfs": { "type": "layers", "diff_ids": diff_ids },
    });
    config.to_string().into_bytes()
}

/// The manifest of an image with that configuration and those layers.
pub fn manifest(config: &[u8], layers: &[&[u8]]) -> Value {
    let layers: Vec<Value> = layers.iter().map(|layer| described(media_type::LAYER, layer)).collect();
    json!({
        "schemaVersion": 2, "mediaType": media_type::MANIFEST,
        "config": described(media_type::CONFIG, config), "layers": layers, "annotations": { "future": "1" },
    })
}
