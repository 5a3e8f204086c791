//! The JSON Schema of `addon.yaml`.

use super::raw::RawAddon;
use crate::document;

/// The schema as pretty-printed JSON with a final line break.
pub fn json() -> String {
    document::schema::json::<RawAddon>()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_copy_is_current() {
        crate::golden::assert_kept("addons/imgbuild-addon.schema.json", &super::json());
    }
}
