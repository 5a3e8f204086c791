//! The JSON Schema of cluster definitions.

use super::raw::RawCluster;
use crate::document;

/// The schema as pretty-printed JSON with a final line break.
pub fn json() -> String {
    document::schema::json::<RawCluster>()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_copy_is_current() {
        crate::golden::assert_kept("clusters/imgbuild-cluster.schema.json", &super::json());
    }
}
