//! The document `meta-data`.

use serde::Serialize;

/// Who a machine is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MetaData {
    /// A boot with another id than the last one is a first boot.
    pub instance_id: String,
    /// Host name; `None` where the machine gets it from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_hostname: Option<String>,
}
