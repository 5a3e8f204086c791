//! What users are told when AWS does not do as asked.

use super::Site;
use crate::proxy::{Fate, Proxy};
use crate::support::Outcome;
use crate::support::moto::Moto;
use std::time::{Duration, Instant};

/// Publishes where `action` is refused with `code`.
#[track_caller]
fn refused(action: &'static str, status: u16, code: &'static str) -> Outcome {
    let moto = Moto::start();
    let proxy = Proxy::start(&moto.address, move |call, _| {
        if call.action == action { Fate::Refuse(status, code) } else { Fate::Pass }
    });
    Site::new(proxy.url(), &[(0, 1)]).publish(&[])
}

#[test]
fn refusals_say_what_to_do() {
    let table = [
        ("ec2:DescribeImages", 403, "RequestExpired", "the AWS credentials have expired"),
        ("ebs:StartSnapshot", 403, "ExpiredTokenException", "the AWS credentials have expired"),
        ("ec2:DescribeImages", 401, "AuthFailure", "AWS does not know these credentials"),
        ("ebs:StartSnapshot", 403, "AccessDeniedException", "does not allow `ebs:StartSnapshot`"),
        ("ec2:RegisterImage", 403, "UnauthorizedOperation", "does not allow `ec2:RegisterImage`"),
        ("ebs:StartSnapshot", 402, "ServiceQuotaExceededException", "a quota of AWS is used up"),
    ];
    for (action, status, code, said) in table {
        refused(action, status, code).failure(7, &[said]);
    }
    refused("ec2:RegisterImage", 400, "InvalidAMIName.Duplicate")
        .failure(3, &["is taken by another AMI", "--name"]);
}

#[test]
fn without_credentials_or_region_nothing_is_asked() {
    let site = Site::new("http://127.0.0.1:1".into(), &[(0, 1)]);
    let mut command = site.command(&["list"]);
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    Outcome::run(&mut command).failure(7, &["there are no AWS credentials"]);
    let mut command = site.project.command(&["aws", "list"]);
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", site.project.folder.path());
    command.env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
    Outcome::run(&mut command).failure(2, &["no AWS region is set", "--region"]);
}

#[test]
fn a_region_that_does_not_exist_is_named_soon() {
    let site = Site::new(String::new(), &[(0, 1)]);
    let mut command = site.command_anywhere(&["list", "--region", "nowhere-1"]);
    command.env("NO_PROXY", "*").env("no_proxy", "*");
    let since = Instant::now();
    let said = ["no answer from EC2 in region `nowhere-1`", "aws ec2 describe-regions"];
    Outcome::run(&mut command).failure(7, &said);
    assert!(since.elapsed() < Duration::from_secs(30), "{:?}", since.elapsed());
}

#[test]
fn what_is_no_raw_image_is_refused_before_anything_is_asked() {
    let site = Site::new("http://127.0.0.1:1".into(), &[(0, 1)]);
    site.project.write("small.raw", b"QFI\xfb\0\0\0\x03");
    site.publish(&[]).failure(2, &["is no raw image"]);
    site.run(&["publish", "nothing"]).failure(2, &["there is no raw image `nothing`"]);
    site.publish(&["--offline"]).failure(2, &["is no raw image"]);
}
