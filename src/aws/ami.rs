//! AMIs: found again, registered, tagged, shared, removed.

use super::call::{call, first_call, rest, unless_gone};
use super::connection::Connection;
use super::pace::TRIES;
use super::source::Source;
use super::tags::{self, Tags};
use super::trouble::{TAKEN, Trouble};
use crate::Result;
use crate::architecture::Architecture;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::report::Report;
use aws_sdk_ec2::operation::register_image::builders::RegisterImageFluentBuilder;
use aws_sdk_ec2::types::{
    ArchitectureValues, BlockDeviceMapping, BootModeValues, CreateVolumePermission,
    CreateVolumePermissionModifications, EbsBlockDevice, Filter, Image, ImdsSupportValues, LaunchPermission,
    LaunchPermissionModifications, ResourceType, SnapshotAttributeName, TagSpecification, TpmSupportValues,
    VolumeType,
};

/// The name of the disk that instances boot from; GRUB and the kernel find it by its content.
const ROOT: &str = "/dev/xvda";

/// The account's own AMIs that match all `filters`. It is what every verb asks first in a region.
pub async fn find(connection: &Connection, report: &Report, filters: Vec<Filter>) -> Result<Vec<Image>> {
    let request =
        || connection.ec2.describe_images().owners("self").set_filters(Some(filters.clone())).send();
    let (action, place) = ("ec2:DescribeImages", "the account's AMIs");
    let answer = if connection.has_answered() {
        call(report, action, place, request).await?
    } else {
        first_call(report, &connection.region, action, place, request).await?
    };
    connection.note_answer();
    Ok(answer.images.unwrap_or_default())
}

/// The AMI of the image with that digest: by its tag, or by its description if it lost its tags or never got them.
pub async fn of_digest(
    connection: &Connection,
    report: &Report,
    name: &str,
    digest: &Sha256,
) -> Result<Option<Image>> {
    let tagged = find(connection, report, vec![tags::filter(tags::DIGEST, &digest.to_string())]).await?;
    if let Some(image) = tagged.into_iter().next() {
        return Ok(Some(image));
    }
    let named = Filter::builder().name("name").values(name).build();
    let described =
        |image: &Image| image.description().is_some_and(|text| text.contains(&digest.to_string()));
    Ok(find(connection, report, vec![named]).await?.into_iter().find(described))
}

/// Registers `snapshot` as the AMI of `source`.
pub async fn register(
    connection: &Connection,
    report: &Report,
    source: &Source,
    snapshot: &str,
    tpm: bool,
) -> Result<String> {
    let request = registration(connection, source, snapshot, tpm);
    let (action, place) = ("ec2:RegisterImage", format!("AMI `{}`", source.name));
    let mut tries = 0;
    loop {
        tries += 1;
        let trouble = match request.clone().send().await {
            Ok(answer) => return named(answer.image_id()),
            Err(error) => Trouble::of(&error),
        };
        let taken = trouble.code == TAKEN;
        if taken || trouble.passing {
            // it may be there, and only the answer was lost
            let there = of_digest(connection, report, &source.name, &source.plan.image).await?;
            if let Some(image) = there {
                return named(image.image_id());
            }
        }
        if taken || !trouble.passing || tries == TRIES {
            return Err(trouble.fault(action, &place).into());
        }
        rest(tries).await;
    }
}

fn registration(
    connection: &Connection,
    source: &Source,
    snapshot: &str,
    tpm: bool,
) -> RegisterImageFluentBuilder {
    let (architecture, boot_mode) = match source.record.architecture {
        Architecture::Amd64 => (ArchitectureValues::X8664, BootModeValues::UefiPreferred),
        Architecture::Arm64 => (ArchitectureValues::Arm64, BootModeValues::Uefi),
    };
    let tags = TagSpecification::builder()
        .resource_type(ResourceType::Image)
        .set_tags(Some(tags::to_ec2(&tags::of(source))))
        .build();
    connection
        .ec2
        .register_image()
        .name(&source.name)
        .description(description(source))
        .architecture(architecture)
        .boot_mode(boot_mode)
        .virtualization_type("hvm")
        .ena_support(true)
        .imds_support(ImdsSupportValues::V20)
        .set_tpm_support(tpm.then_some(TpmSupportValues::V20))
        .root_device_name(ROOT)
        .block_device_mappings(root_disk(snapshot))
        .tag_specifications(tags)
}

fn named(id: Option<&str>) -> Result<String> {
    let fault = || Fault::unavailable("AWS registered an AMI without a name").hint("run this again");
    Ok(id.map(str::to_owned).ok_or_else(fault)?)
}

fn root_disk(snapshot: &str) -> BlockDeviceMapping {
    let disk = EbsBlockDevice::builder()
        .snapshot_id(snapshot)
        .volume_type(VolumeType::Gp3)
        .delete_on_termination(true)
        .build();
    BlockDeviceMapping::builder().device_name(ROOT).ebs(disk).build()
}

fn description(source: &Source) -> String {
    format!("{} by imgbuild {}, sha256:{}", source.record.name, source.record.imgbuild, source.plan.image)
}

/// Adds tags that are not there yet.
pub async fn tag(connection: &Connection, report: &Report, id: &str, tags: &Tags) -> Result<()> {
    let place = format!("`{id}`");
    let by_id = Filter::builder().name("image-id").values(id).build();
    let found = find(connection, report, vec![by_id]).await?;
    let there = found.first().map(|image| tags::from_ec2(image.tags())).unwrap_or_default();
    let missing: Tags =
        tags.clone().into_iter().filter(|(key, value)| there.get(key) != Some(value)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let request = || connection.ec2.create_tags().resources(id).set_tags(Some(tags::to_ec2(&missing))).send();
    call(report, "ec2:CreateTags", &place, request).await.map(drop)
}

/// Lets another account start instances of the AMI and copy its snapshot.
pub async fn share(
    connection: &Connection,
    report: &Report,
    id: &str,
    snapshot: &str,
    account: &str,
) -> Result<()> {
    let launch =
        LaunchPermissionModifications::builder().add(LaunchPermission::builder().user_id(account).build());
    let launch = launch.build();
    let request =
        || connection.ec2.modify_image_attribute().image_id(id).launch_permission(launch.clone()).send();
    call(report, "ec2:ModifyImageAttribute", &format!("AMI `{id}`"), request).await?;
    let volume = CreateVolumePermissionModifications::builder()
        .add(CreateVolumePermission::builder().user_id(account).build())
        .build();
    let request = || {
        let request = connection.ec2.modify_snapshot_attribute().snapshot_id(snapshot);
        let request = request.attribute(SnapshotAttributeName::CreateVolumePermission);
        request.create_volume_permission(volume.clone()).send()
    };
    call(report, "ec2:ModifySnapshotAttribute", &format!("snapshot `{snapshot}`"), request).await.map(drop)
}

/// Removes the AMI; that it is gone already is fine. Its snapshots stay.
pub async fn deregister(connection: &Connection, report: &Report, id: &str) -> Result<()> {
    let (action, place) = ("ec2:DeregisterImage", format!("AMI `{id}`"));
    let request = || connection.ec2.deregister_image().image_id(id).send();
    unless_gone(report, action, &place, request).await
}

/// The snapshot of the AMI's root disk, as AWS tells.
pub fn snapshot_of(image: &Image) -> Option<&str> {
    image.block_device_mappings().iter().find_map(|disk| disk.ebs()?.snapshot_id())
}
