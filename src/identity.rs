//! Identifiers that other tools draw at random, derived from names instead, so that they are the same in
//! every bake: disk, partition and file system UUIDs (RFC 9562 version 5).

use uuid::Uuid;

/// The namespace of all identifiers that imgbuild derives; itself version 5 of the URL namespace.
fn namespace() -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, b"https://github.com/imgbuild/imgbuild")
}

/// The UUID of `what` (such as `disk` or `root`) in the image called `image`.
pub fn uuid(image: &str, what: &str) -> Uuid {
    Uuid::new_v5(&namespace(), format!("{image}/{what}").as_bytes())
}

/// A 32-bit volume id, as FAT wants one.
pub fn volume_id(image: &str, what: &str) -> u32 {
    uuid(image, what).as_fields().0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_depend_on_both_names_and_nothing_else() {
        assert_eq!(uuid("a", "disk"), uuid("a", "disk"));
        assert_ne!(uuid("a", "disk"), uuid("a", "root"));
        assert_ne!(uuid("a", "disk"), uuid("b", "disk"));
    }
}
