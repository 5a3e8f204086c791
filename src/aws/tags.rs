//! The tags by which snapshots and AMIs are found again.

use super::source::Source;
use aws_sdk_ec2::types::{Filter, Tag};
use std::collections::BTreeMap;

/// The image's name.
pub const IMAGE: &str = "imgbuild:image";
/// Digest of the raw image: 64 hex digits.
pub const DIGEST: &str = "imgbuild:digest";
/// Version of imgbuild.
const VERSION: &str = "imgbuild:version";
const KUBERNETES: &str = "imgbuild:kubernetes";
/// Checksum of the whole upload.
const CHECKSUM: &str = "imgbuild:checksum";
/// The snapshot that a snapshot builds upon: what it lacks is different without it.
pub const PARENT: &str = "imgbuild:parent";
/// The value of [`PARENT`] if it builds upon none.
const NO_PARENT: &str = "none";

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// Of the image from `source`.
pub fn of(source: &Source) -> Tags {
    let record = &source.record;
    let mut tags = vec![
        ("Name", source.name.clone()),
        (IMAGE, record.name.clone()),
        (DIGEST, source.plan.image.to_string()),
        (VERSION, record.imgbuild.clone()),
        (CHECKSUM, super::plan::linear(&source.plan.blocks)),
    ];
    tags.extend(record.kubernetes.iter().map(|kubernetes| (KUBERNETES, kubernetes.version.to_string())));
    tags.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Of the snapshot of that image that builds upon `parent`.
pub fn of_snapshot(source: &Source, parent: Option<&str>) -> Tags {
    let mut tags = of(source);
    tags.insert(PARENT.to_owned(), parent.unwrap_or(NO_PARENT).to_owned());
    tags
}

/// As EC2 takes them.
pub fn to_ec2(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// From what EC2 tells.
pub fn from_ec2(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()));
    tags.iter().filter_map(pair).collect()
}

/// What has the tag `key` with `value`; `*` stands for anything.
pub fn filter(key: &str, value: &str) -> Filter {
    Filter::builder().name(format!("tag:{key}")).values(value).build()
}
