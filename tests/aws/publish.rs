//! When nothing goes wrong.

use super::{BLOCK, REGION, Site, same, same_upon, snapshots};
use crate::proxy::{Fate, Proxy};
use crate::support::moto::Moto;
use std::os::unix::fs::FileExt as _;

const BLOCKS: [(u64, u8); 4] = [(0, 1), (3, 2), (4, 3), (21, 4)];

#[test]
fn a_plan_makes_no_call() {
    let site = Site::new("http://127.0.0.1:1".into(), &BLOCKS);
    let plan = site.published(&["--plan"]);
    assert_eq!(
        (&plan["data_blocks"], &plan["all_blocks"], &plan["volume_gib"]),
        (&4.into(), &22.into(), &1.into())
    );
    let sum = crate::support::tool("sha256sum", &[site.path().to_str().unwrap()]);
    assert_eq!(plan["digest"], sum[..64]);
}

#[test]
fn an_image_becomes_an_ami_once_and_leaves_nothing_behind() {
    let moto = Moto::start();
    let proxy = Proxy::start(&moto.address, |_, _| Fate::Pass);
    let mut site = Site::new(proxy.url(), &BLOCKS);
    let published = site.published(&["--tpm", "--share", "123456789012", "--copy-to", "eu-west-1"]);
    assert_eq!((&published["sent_blocks"], &published["found"]), (&4.into(), &false.into()));
    same(&moto, &site, published["snapshot"].as_str().unwrap());
    registered(&proxy);
    let account = moto.account(REGION);
    let image = &account["images"][published["amis"][REGION].as_str().unwrap()];
    assert_eq!(image["tags"]["imgbuild:digest"], published["digest"]);
    assert_eq!(image["shared"], serde_json::json!(["123456789012"]));
    let copy = &moto.account("eu-west-1")["images"][published["amis"]["eu-west-1"].as_str().unwrap()];
    assert_eq!(copy["tags"]["imgbuild:image"], "small");

    let again = site.published(&["--copy-to", "eu-west-1"]);
    assert_eq!((&again["sent_blocks"], &again["found"]), (&0.into(), &true.into()));
    assert_eq!((&again["amis"], &again["snapshot"]), (&published["amis"], &published["snapshot"]));
    assert_eq!((proxy.count("ebs:StartSnapshot"), proxy.count("ebs:PutSnapshotBlock")), (1, 4));
    assert_eq!((proxy.count("ec2:RegisterImage"), proxy.count("ec2:CopyImage")), (1, 1));

    let list = site.run(&["list"]).success().stdout;
    assert!(list.contains("small") && list.contains(published["amis"][REGION].as_str().unwrap()), "{list}");
    site.run(&["unpublish", "small"]).success();
    assert!(snapshots(&moto).is_empty());
    assert!(!site.run(&["list"]).success().stdout.contains("ami-"));
    site.run(&["unpublish", "small"]).failure(2, &["was published as `small`"]);
    site.region = "eu-west-1";
    let removed = site.run(&["unpublish", "small"]).success().stdout;
    assert!(removed.contains("snap-"), "only the copy names its snapshot: {removed}");
}

/// Peak memory in KiB of publishing an image with `blocks` blocks of data.
fn peak(moto: &Moto, blocks: u64) -> u64 {
    let site = Site::new(moto.url(), &[]);
    let mut block = vec![0; usize::try_from(BLOCK).unwrap()];
    let file = std::fs::File::create(site.path()).unwrap();
    for index in 0..blocks {
        block[..8].copy_from_slice(&(index + 1).to_le_bytes());
        file.write_all_at(&block, index * BLOCK).unwrap();
    }
    let publish = site.command(&["publish", "small.raw", "--image-record", "image.json"]);
    let mut timed = std::process::Command::new("/usr/bin/time");
    timed.args(["-f", "%M"]).arg(publish.get_program()).args(publish.get_args());
    timed.current_dir(site.project.folder.path());
    timed.envs(publish.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let outcome = crate::support::Outcome::run(&mut timed).success();
    outcome.stderr.lines().last().unwrap().parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_image() {
    let moto = Moto::start();
    let (small, large) = (peak(&moto, 64), peak(&moto, 512));
    println!("peak memory: {small} KiB for 32 MiB, {large} KiB for 256 MiB");
    assert!(large < small + 16 * 1024, "{small} KiB and {large} KiB");
}

/// moto keeps the name alone, so what was asked for is looked at on its way.
#[track_caller]
fn registered(proxy: &Proxy) {
    let calls = proxy.calls();
    let register = &calls.iter().find(|call| call.action == "ec2:RegisterImage").unwrap().body;
    for field in [
        "Architecture=x86_64",
        "BootMode=uefi-preferred",
        "EnaSupport=true",
        "ImdsSupport=v2.0",
        "TpmSupport=v2.0",
        "VirtualizationType=hvm",
        "RootDeviceName=%2Fdev%2Fxvda",
        "BlockDeviceMapping.1.Ebs.SnapshotId=snap-",
        "imgbuild%3Adigest",
    ] {
        assert!(register.contains(field), "`{field}` is missing: {register}");
    }
}

#[test]
fn with_a_parent_only_changed_blocks_are_sent() {
    let moto = Moto::start();
    let proxy = Proxy::start(&moto.address, |_, _| Fate::Pass);
    let site = Site::new(proxy.url(), &BLOCKS);
    let first = site.published(&["--parent", "auto"]);
    assert_eq!(first["parent"], serde_json::Value::Null);
    // one changes, one becomes zero, one is new, two stay
    site.image(&[(0, 1), (3, 9), (21, 4), (7, 7)]);
    let second = site.published(&["--parent", "auto"]);
    assert_eq!((&second["parent"], &second["sent_blocks"]), (&first["snapshot"], &3.into()));
    same_upon(&moto, &site, &[&first["snapshot"], &second["snapshot"]]);
    let calls = proxy.calls();
    let sent: Vec<u32> = calls.iter().filter_map(|call| call.block).skip(4).collect();
    let sorted: std::collections::BTreeSet<u32> = sent.into_iter().collect();
    assert_eq!(sorted, [3, 4, 7].into());
    let start = calls.iter().rfind(|call| call.action == "ebs:StartSnapshot").unwrap();
    assert!(start.body.contains(first["snapshot"].as_str().unwrap()), "{}", start.body);

    // another machine knows nothing of the parent's blocks, so it reads them
    std::fs::remove_dir_all(site.project.path("cache")).unwrap();
    site.image(&[(0, 1), (3, 9), (21, 8), (7, 7)]);
    let parent = first["snapshot"].as_str().unwrap();
    let third = site.published(&["--parent", parent]);
    assert_eq!(third["sent_blocks"], 4, "blocks 3, 4, 7 and 21 are not those of the first");
    same_upon(&moto, &site, &[&first["snapshot"], &third["snapshot"]]);
    assert_eq!(proxy.count("ebs:GetSnapshotBlock"), 4);
    let several = site.run(&["unpublish", "small"]);
    several.failure(2, &["3 AMIs were published of `small`"]);
    site.run(&["unpublish", "small", "--all"]).success();
    assert!(snapshots(&moto).is_empty());
}
