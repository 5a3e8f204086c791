//! Which container images an image has baked, by what they are.

use crate::bake::ImageRecord;

/// A baked image's name and tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Baked<'a> {
    /// The whole reference.
    pub reference: &'a str,
    /// What is before the last part of the name.
    pub repository: &'a str,
    /// The last part of the name: `etcd`.
    pub name: &'a str,
    /// Empty if the reference has only a digest.
    pub tag: &'a str,
}

impl<'a> Baked<'a> {
    fn parse(reference: &'a str) -> Option<Self> {
        let (path, last) = reference.rsplit_once('/')?;
        let last = last.split('@').next()?;
        let (name, tag) = last.split_once(':').unwrap_or((last, ""));
        Some(Self { reference, repository: path, name, tag })
    }
}

/// All baked images, in the order of their references.
pub fn all(record: &ImageRecord) -> impl Iterator<Item = Baked<'_>> {
    record.images.keys().filter_map(|reference| Baked::parse(reference))
}

/// The image called `name` in `repository`.
pub fn find<'a>(record: &'a ImageRecord, repository: &str, name: &str) -> Option<Baked<'a>> {
    all(record).find(|image| image.repository == repository && image.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_taken_apart() {
        let parse = |text| Baked::parse(text).map(|baked| (baked.repository, baked.name, baked.tag));
        assert_eq!(
            parse("imgbuild.local/archive/etcd:3.4.23"),
            Some(("imgbuild.local/archive", "etcd", "3.4.23"))
        );
        assert_eq!(parse("localhost:5000/a@sha256:00"), Some(("localhost:5000", "a", "")));
        assert_eq!(parse("etcd:1"), None);
    }
}
