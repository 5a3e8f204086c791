//! What was published.

use super::connection::Connection;
use super::{ami, tags};
use crate::Result;
use crate::report::Report;
use aws_sdk_ec2::types::Image;
use serde::Serialize;

/// A published image.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Name of the image.
    pub image: String,
    /// Digest of the raw image.
    pub digest: String,
    /// The AMI.
    pub ami: String,
    /// Its name.
    pub name: String,
    /// Its snapshot.
    pub snapshot: String,
    /// When it was registered, as AWS writes it.
    pub created: String,
}

/// All that imgbuild published in the region, or all of the image called `image`; by image, the oldest first.
pub async fn list(connection: &Connection, report: &Report, image: Option<&str>) -> Result<Vec<Entry>> {
    let filter = tags::filter(tags::IMAGE, image.unwrap_or("*"));
    let images = ami::find(connection, report, vec![filter]).await?;
    let mut entries: Vec<Entry> = images.iter().map(entry).collect();
    entries.sort_by(|one, other| {
        (&one.image, &one.created, &one.ami).cmp(&(&other.image, &other.created, &other.ami))
    });
    Ok(entries)
}

fn entry(image: &Image) -> Entry {
    let mut tags = tags::from_ec2(image.tags());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Entry {
        image: tags.remove(tags::IMAGE).unwrap_or_default(),
        digest: tags.remove(tags::DIGEST).unwrap_or_default(),
        ami: text(image.image_id()),
        name: text(image.name()),
        snapshot: text(ami::snapshot_of(image)),
        created: text(image.creation_date()),
    }
}

/// A table for people.
pub fn to_text(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let digest = entry.digest.get(..12).unwrap_or(&entry.digest);
        format!(
            "{:<24} {digest:<12} {:<24} {:<24} {}\n",
            entry.image, entry.ami, entry.snapshot, entry.created
        )
    };
    let head = format!("{:<24} {:<12} {:<24} {:<24} {}\n", "IMAGE", "DIGEST", "AMI", "SNAPSHOT", "CREATED");
    std::iter::once(head).chain(entries.iter().map(line)).collect()
}
