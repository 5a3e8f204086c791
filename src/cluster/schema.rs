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
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/clusters/imgbuild-cluster.schema.json");
        let hint = "run `imgbuild schema cluster >clusters/imgbuild-cluster.schema.json`";
        assert!(fs_err::read_to_string(path).unwrap() == super::json(), "{path} differs: {hint}");
    }
}
