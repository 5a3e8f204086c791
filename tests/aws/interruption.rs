//! Whatever stops a run, the next one finishes, and nothing is left that nobody knows of.

use super::{Site, same, snapshots};
use crate::proxy::{Call, Fate, Proxy};
use crate::support::moto::Moto;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn blocks() -> Vec<(u64, u8)> {
    (0..20).map(|index| (index, u8::try_from(index).unwrap() + 1)).collect()
}

/// Publishes through `judge`, once, and looks whether all is well.
#[track_caller]
fn passes(judge: impl Fn(&Call, usize) -> Fate + Send + Sync + 'static) -> Proxy {
    let moto = Moto::start();
    let proxy = Proxy::start(&moto.address, judge);
    let site = Site::new(proxy.url(), &blocks());
    let published = site.published(&[]);
    same(&moto, &site, published["snapshot"].as_str().unwrap());
    site.run(&["unpublish", "small"]).success();
    assert!(snapshots(&moto).is_empty(), "an orphan is left");
    proxy
}

#[test]
fn what_passes_is_tried_again() {
    let proxy = passes(|call, earlier| match (call.action.as_str(), earlier) {
        ("ebs:StartSnapshot" | "ebs:CompleteSnapshot" | "ec2:RegisterImage", 0) => {
            Fate::Refuse(500, "InternalServerException")
        }
        ("ec2:DescribeImages", 0) => Fate::Refuse(503, "RequestLimitExceeded"),
        ("ebs:PutSnapshotBlock", 2 | 5 | 6) => Fate::Refuse(400, "RequestThrottledException"),
        ("ebs:PutSnapshotBlock", 8) => Fate::Refuse(503, "ServiceUnavailable"),
        ("ebs:PutSnapshotBlock", 9) => Fate::Lose,
        // a new snapshot is not known everywhere at once
        ("ebs:PutSnapshotBlock", 0 | 1) => Fate::Refuse(404, "ResourceNotFoundException"),
        _ => Fate::Pass,
    });
    assert_eq!(proxy.count("ebs:PutSnapshotBlock"), 20 + 7);
}

#[test]
fn who_does_not_answer_is_asked_again_within_a_minute() {
    let since = Instant::now();
    passes(|call, earlier| match (call.action.as_str(), earlier) {
        ("ebs:PutSnapshotBlock", 3) => Fate::Hang,
        _ => Fate::Pass,
    });
    assert!(since.elapsed() < Duration::from_secs(90), "{:?}", since.elapsed());
}

/// The process is killed while the call `stop` hangs, `number` calls of its kind having passed; the next run finishes.
#[track_caller]
fn killed_at(stop: &'static str, number: usize) -> (usize, usize) {
    let moto = Moto::start();
    let (stopped, hang) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(true)));
    let (reached, holds) = (stopped.clone(), hang.clone());
    let proxy = Proxy::start(&moto.address, move |call, earlier| {
        if call.action == stop && earlier >= number && holds.load(Ordering::SeqCst) {
            reached.store(true, Ordering::SeqCst);
            // the worst that can happen: AWS has done it, and nobody was told
            return Fate::Lose;
        }
        Fate::Pass
    });
    let site = Site::new(proxy.url(), &blocks());
    let mut command = site.command(&["publish", "small.raw", "--image-record", "image.json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    while !stopped.load(Ordering::SeqCst) {
        assert!(Instant::now() < limit, "`{stop}` was never asked for");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    hang.store(false, Ordering::SeqCst);
    let published = site.published(&[]);
    same(&moto, &site, published["snapshot"].as_str().unwrap());
    let left = snapshots(&moto).len();
    let account = moto.account(super::REGION);
    let images = account["images"].as_object().unwrap().values();
    assert_eq!(images.filter(|image| image["tags"]["imgbuild:image"] == "small").count(), 1, "{stop}");
    site.run(&["unpublish", "small"]).success();
    assert!(snapshots(&moto).is_empty(), "{stop}: an orphan is left");
    (left, proxy.count("ebs:PutSnapshotBlock"))
}

#[test]
fn a_killed_run_is_taken_up_wherever_it_stood() {
    for (stop, number) in [
        ("ebs:StartSnapshot", 0),
        ("ebs:PutSnapshotBlock", 0),
        ("ebs:PutSnapshotBlock", 11),
        ("ebs:CompleteSnapshot", 0),
        ("ec2:RegisterImage", 0),
        ("ec2:CreateTags", 0),
    ] {
        let (left, sent) = killed_at(stop, number);
        assert_eq!(left, 1, "{stop}: every snapshot is that of the AMI");
        assert!(sent <= 20 * 3, "{stop}: {sent} blocks were sent");
    }
}

#[test]
fn a_refusal_in_the_middle_leaves_a_snapshot_that_the_next_run_completes() {
    let moto = Moto::start();
    let refuse = Arc::new(AtomicBool::new(true));
    let refuses = refuse.clone();
    let proxy = Proxy::start(&moto.address, move |call, earlier| {
        let now = call.action == "ebs:PutSnapshotBlock" && earlier == 10 && refuses.load(Ordering::SeqCst);
        if now { Fate::Refuse(403, "AccessDeniedException") } else { Fate::Pass }
    });
    let site = Site::new(proxy.url(), &blocks());
    site.publish(&[]).failure(7, &["`ebs:PutSnapshotBlock` on block"]);
    refuse.store(false, Ordering::SeqCst);
    let published = site.published(&[]);
    same(&moto, &site, published["snapshot"].as_str().unwrap());
    assert!(published["sent_blocks"].as_u64().unwrap() < 20, "what AWS has is not sent again");
    assert_eq!((snapshots(&moto).len(), proxy.count("ebs:StartSnapshot")), (1, 1));
}

#[test]
fn a_snapshot_that_aws_gave_up_is_replaced() {
    let moto = Moto::start();
    let proxy = Proxy::start(&moto.address, |call, earlier| match (call.action.as_str(), earlier) {
        ("ebs:PutSnapshotBlock", 0..=19 | 21) => Fate::Refuse(400, "ValidationException"),
        _ => Fate::Pass,
    });
    let site = Site::new(proxy.url(), &blocks());
    site.publish(&[]).failure(7, &["ValidationException"]);
    let published = site.published(&[]);
    same(&moto, &site, published["snapshot"].as_str().unwrap());
    assert_eq!((snapshots(&moto).len(), proxy.count("ebs:StartSnapshot")), (1, 2));
}
