//! From a raw image to an AMI.

use super::connection::Connection;
use super::parent::{self, Choice, Parent};
use super::plan::{self, BLOCK, Plan};
use super::source::Source;
use super::state::State;
use super::upload::{self, Uploaded};
use super::{ami, copy, snapshot, tags};
use crate::Result;
use crate::context::Context;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::report::Report;
use aws_sdk_ec2::types::Image;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is asked for besides the AMI itself.
#[derive(Debug, Clone)]
pub struct Request {
    /// The snapshot to build upon.
    pub parent: Choice,
    /// Whether instances get a virtual TPM.
    pub tpm: bool,
    /// Further regions.
    pub copy_to: Vec<String>,
    /// Accounts that may use it.
    pub share: Vec<String>,
    /// Distinguishes uploads to different endpoints.
    pub place: String,
}

/// What an upload consists of, without any call.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Name of the AMI.
    pub name: String,
    /// Digest of the raw image.
    pub digest: Sha256,
    /// Its length in bytes.
    pub length: u64,
    /// Size of the volume in GiB, as AWS counts it.
    pub volume_gib: u64,
    /// Blocks of 512 KiB, zeros included.
    pub all_blocks: u64,
    /// Blocks that are not zero.
    pub data_blocks: u64,
    /// Bytes in these blocks.
    pub data_bytes: u64,
    /// Checksum of them all, as `CompleteSnapshot` takes it.
    pub checksum: String,
}

/// What is there now.
#[derive(Debug, Serialize)]
pub struct Published {
    /// What it consists of.
    #[serde(flatten)]
    pub summary: Summary,
    /// Region to AMI, copies included.
    pub amis: BTreeMap<String, String>,
    /// The region of the upload.
    pub region: String,
    /// The snapshot there.
    pub snapshot: String,
    /// The snapshot that it builds upon.
    pub parent: Option<String>,
    /// Blocks that this run has sent.
    pub sent_blocks: usize,
    /// Whether the AMI was there already.
    pub found: bool,
}

impl Summary {
    /// Of `source`.
    pub fn of(source: &Source) -> Self {
        let plan = &source.plan;
        let data_blocks = plan.blocks.len() as u64;
        Self {
            name: source.name.clone(),
            digest: plan.image,
            length: plan.length,
            volume_gib: plan.volume_gib(),
            all_blocks: plan.all_blocks(),
            data_blocks,
            data_bytes: data_blocks * BLOCK as u64,
            checksum: plan::linear(&plan.blocks),
        }
    }

    /// For people.
    pub fn to_text(&self) -> String {
        format!(
            "name      {}\ndigest    sha256:{}\nvolume    {} GiB\nblocks    {} of {}\nbytes     {}\nchecksum  {}\n",
            self.name,
            self.digest,
            self.volume_gib,
            self.data_blocks,
            self.all_blocks,
            self.data_bytes,
            self.checksum
        )
    }
}

impl Published {
    /// For people: a line for each region.
    pub fn to_text(&self) -> String {
        self.amis.iter().fold(String::new(), |text, (region, id)| text + region + "\t" + id + "\n")
    }
}

/// Publishes `source`; what an earlier run did already is found, not done again.
pub async fn publish(
    connection: &Connection,
    context: &Context,
    source: &Source,
    request: &Request,
) -> Result<Published> {
    let report = &context.report;
    let (summary, digest) = (Summary::of(source), &source.plan.image);
    let found = ami::of_digest(connection, report, &source.name, digest).await?;
    let (id, uploaded, parent) = match &found {
        Some(image) => {
            let there = there(image)?;
            report.step(format!("`{}` is this image already", there.0));
            there
        }
        None => register(connection, context, source, request).await?,
    };
    ami::tag(connection, report, &id, &tags::of(source)).await?;
    parent::remember(&context.cache_dir, &source.plan)?;
    let mut amis = BTreeMap::from([(connection.region.clone(), id.clone())]);
    for account in &request.share {
        ami::share(connection, report, &id, &uploaded.snapshot, account).await?;
    }
    for region in request.copy_to.iter().filter(|region| **region != connection.region) {
        let there = connection.elsewhere(region);
        amis.insert(region.clone(), copy::copy(connection, &there, report, source, &id).await?);
    }
    Ok(Published {
        summary,
        amis,
        region: connection.region.clone(),
        snapshot: uploaded.snapshot,
        parent,
        sent_blocks: uploaded.sent,
        found: found.is_some(),
    })
}

/// What an earlier run has registered.
fn there(image: &Image) -> Result<(String, Uploaded, Option<String>), Fault> {
    let id = image.image_id().unwrap_or_default();
    let snapshot = ami::snapshot_of(image).ok_or_else(|| {
        Fault::unavailable(format!("AWS does not name the snapshot of `{id}` yet"))
            .hint("run this again in a minute")
    })?;
    Ok((id.to_owned(), Uploaded { snapshot: snapshot.to_owned(), sent: 0 }, None))
}

async fn register(
    connection: &Connection,
    context: &Context,
    source: &Source,
    request: &Request,
) -> Result<(String, Uploaded, Option<String>)> {
    let report = &context.report;
    let name = &source.record.name;
    let parent =
        parent::choose(connection, report, &context.cache_dir, &request.parent, name, &source.plan).await?;
    let blocks = blocks(&source.plan, parent.as_ref());
    let parent = parent.map(|parent| parent.snapshot);
    let place = format!("{}\0{}", connection.region, request.place);
    let state = State::open(&context.cache_dir, &source.plan.image, &place, parent.as_deref())?;
    let uploaded = match whole(connection, report, &source.plan.image, &blocks).await? {
        Some(snapshot) => {
            state.forget()?;
            Uploaded { snapshot, sent: 0 }
        }
        None => upload::upload(connection, report, source, &blocks, state).await?,
    };
    report.step(format!("waiting for `{}`", uploaded.snapshot));
    snapshot::wait(connection, report, &uploaded.snapshot).await?;
    let id = ami::register(connection, report, source, &uploaded.snapshot, request.tpm).await?;
    report.step(format!("registered `{id}`"));
    Ok((id, uploaded, parent))
}

/// What must be sent.
fn blocks(plan: &Plan, parent: Option<&Parent>) -> BTreeMap<u32, Sha256> {
    parent.map_or_else(|| plan.blocks.clone(), |parent| plan.changes(&parent.blocks))
}

/// A snapshot that an earlier run completed.
async fn whole(
    connection: &Connection,
    report: &Report,
    digest: &Sha256,
    blocks: &BTreeMap<u32, Sha256>,
) -> Result<Option<String>> {
    let Some(id) = snapshot_of(connection, report, digest).await? else { return Ok(None) };
    let whole = snapshot::is_whole(connection, report, &id, blocks).await?;
    Ok(whole.then_some(id))
}

async fn snapshot_of(connection: &Connection, report: &Report, digest: &Sha256) -> Result<Option<String>> {
    let filter = tags::filter(tags::DIGEST, &digest.to_string());
    let found = snapshot::find(connection, report, vec![filter]).await?;
    Ok(found.first().and_then(|snapshot| snapshot.snapshot_id().map(str::to_owned)))
}

/// Account numbers have twelve digits.
pub fn account(text: &str) -> Result<String, Fault> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(Fault::usage(format!("`{text}` is no AWS account")).hint("write its twelve digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;
    use aws_sdk_ec2::types::{BlockDeviceMapping, EbsBlockDevice};

    fn image(snapshot: Option<&str>) -> Image {
        let disk = EbsBlockDevice::builder().set_snapshot_id(snapshot.map(str::to_owned)).build();
        let mapping = BlockDeviceMapping::builder().ebs(disk).build();
        Image::builder().image_id("ami-1").block_device_mappings(mapping).build()
    }

    #[test]
    fn an_ami_that_is_there_names_its_snapshot() {
        let (id, uploaded, parent) = there(&image(Some("snap-1"))).unwrap();
        assert_eq!((&*id, &*uploaded.snapshot, uploaded.sent, parent), ("ami-1", "snap-1", 0, None));
        let fault = there(&image(None)).unwrap_err();
        assert_eq!(fault.kind, Kind::Unavailable);
        assert!(fault.hint.unwrap().contains("in a minute"));
    }
}
