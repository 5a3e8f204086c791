//! The JSON Schema of `addon.yaml`.

use super::raw::RawAddon;
use crate::document;

/// The schema as pretty-printed JSON with a final line break.
pub fn json() -> String {
    document::schema::json::<RawAddon>()
}
