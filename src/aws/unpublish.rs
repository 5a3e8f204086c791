//! Removes AMIs and their snapshots.

use super::connection::Connection;
use super::{ami, snapshot, tags};
use crate::Result;
use crate::error::Fault;
use crate::report::Report;
use aws_sdk_ec2::types::{Filter, Image};
use serde::Serialize;
use std::collections::BTreeSet;

/// What was removed.
#[derive(Debug, Serialize, Default)]
pub struct Removed {
    /// AMIs.
    pub amis: BTreeSet<String>,
    /// Snapshots, those of uploads that never ended included.
    pub snapshots: BTreeSet<String>,
}

impl Removed {
    /// For people: one thing a line.
    pub fn to_text(&self) -> String {
        self.amis.iter().chain(&self.snapshots).fold(String::new(), |text, id| text + id + "\n")
    }
}

/// Removes the AMI `what`, or all that was published of the image called `what`. Of an AMI that imgbuild did not make,
/// nothing is.
pub async fn unpublish(connection: &Connection, report: &Report, what: &str, all: bool) -> Result<Removed> {
    let by_id = what.starts_with("ami-");
    let filter = if by_id {
        Filter::builder().name("image-id").values(what).build()
    } else {
        tags::filter(tags::IMAGE, what)
    };
    let images = ami::find(connection, report, vec![filter]).await?;
    check(&images, what, by_id, all)?;
    let mut removed = Removed::default();
    let mut snapshots = BTreeSet::new();
    for image in &images {
        let id = image.image_id().unwrap_or_default();
        snapshots.extend(snapshots_of(connection, report, image).await?);
        ami::deregister(connection, report, id).await?;
        removed.amis.insert(id.to_owned());
    }
    if !by_id {
        snapshots.extend(tagged(connection, report, tags::IMAGE, what).await?);
    }
    for id in snapshots {
        snapshot::delete(connection, report, &id).await?;
        removed.snapshots.insert(id);
    }
    if removed.amis.is_empty() && removed.snapshots.is_empty() {
        let message = format!("nothing in {} was published as `{what}`", connection.region);
        return Err(Fault::usage(message)
            .hint("see `imgbuild aws list`, also with another `--region`")
            .into());
    }
    Ok(removed)
}

fn check(images: &[Image], what: &str, by_id: bool, all: bool) -> Result<(), Fault> {
    let foreign = images.iter().any(|image| !tags::from_ec2(image.tags()).contains_key(tags::DIGEST));
    if by_id && foreign {
        return Err(Fault::input(format!("`{what}` was not published by imgbuild"))
            .hint("remove it with `aws ec2 deregister-image`"));
    }
    if images.len() > 1 && !all {
        let message = format!("{} AMIs were published of `{what}`", images.len());
        return Err(Fault::usage(message).hint("name one of them as `ami-…`, or give `--all`"));
    }
    Ok(())
}

/// The snapshot that the AMI names, if it is ours, and those with its digest. AWS tags no snapshot of a copy.
async fn snapshots_of(connection: &Connection, report: &Report, image: &Image) -> Result<BTreeSet<String>> {
    let Some(digest) = tags::from_ec2(image.tags()).remove(tags::DIGEST) else { return Ok(BTreeSet::new()) };
    let mut snapshots = tagged(connection, report, tags::DIGEST, &digest).await?;
    snapshots.extend(ami::snapshot_of(image).map(str::to_owned));
    Ok(snapshots)
}

async fn tagged(
    connection: &Connection,
    report: &Report,
    key: &str,
    value: &str,
) -> Result<BTreeSet<String>> {
    let found = snapshot::find(connection, report, vec![tags::filter(key, value)]).await?;
    Ok(found.iter().filter_map(|snapshot| snapshot.snapshot_id().map(str::to_owned)).collect())
}
