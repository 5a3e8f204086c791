//! `imgbuild aws` against a real moto server, with a proxy of the tests' own in between where things go wrong.

#![allow(clippy::disallowed_methods)] // tests start and look freely

mod errors;
mod interruption;
mod proxy;
mod publish;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::Command;
use support::moto::Moto;
use support::{Outcome, Project};

const REGION: &str = "eu-central-1";
const BLOCK: u64 = 512 * 1024;

/// What a small image says of itself.
const RECORD: &str = r#"{"schema": 1, "name": "small", "architecture": "amd64", "imgbuild": "0.1.0", "epoch": 0,
"suites": [], "kubernetes": null, "containerd": null, "images": {}, "manifests": {}, "files": {}, "agent": null}"#;

/// A folder with an image, a cache, and somewhere to publish to.
struct Site {
    project: Project,
    endpoint: String,
    region: &'static str,
}

impl Site {
    /// With an image of `blocks`: index and a byte that fills a part of it.
    fn new(endpoint: String, blocks: &[(u64, u8)]) -> Self {
        let mut project = Project::empty();
        project.cache = Some(project.path("cache"));
        project.write("image.json", RECORD);
        let site = Self { project, endpoint, region: REGION };
        site.image(blocks);
        site
    }

    /// Replaces the image: 21 blocks and a bit, most of them holes.
    fn image(&self, blocks: &[(u64, u8)]) {
        let file = std::fs::File::create(self.path()).unwrap();
        file.set_len(21 * BLOCK + 1000).unwrap();
        for (index, byte) in blocks {
            file.write_all_at(&[*byte; 700], index * BLOCK + 100).unwrap();
        }
    }

    fn path(&self) -> PathBuf {
        self.project.path("small.raw")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let connection = ["--endpoint-url", &self.endpoint, "--region", self.region];
        self.command_anywhere(&[arguments, &connection[..]].concat())
    }

    /// Where `arguments` say.
    fn command_anywhere(&self, arguments: &[&str]) -> Command {
        let mut command = self.project.command(&[&["aws"], arguments].concat());
        command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b");
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", self.project.folder.path());
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        Outcome::run(&mut self.command(arguments))
    }

    fn publish(&self, more: &[&str]) -> Outcome {
        self.run(
            &[&["publish", "small.raw", "--image-record", "image.json", "--format", "json"], more].concat(),
        )
    }

    /// Publishes, and says what was.
    #[track_caller]
    fn published(&self, more: &[&str]) -> Value {
        serde_json::from_str(&self.publish(more).success().stdout).unwrap()
    }
}

/// What `moto` has for `snapshot` is the image of `site`.
#[track_caller]
fn same(moto: &Moto, site: &Site, snapshot: &str) {
    same_upon(moto, site, &[&Value::from(snapshot)]);
}

/// What `moto` has for the last of `snapshots`, each of which builds upon the one before, is the image of `site`. AWS
/// puts them together; moto keeps of each what was sent.
#[track_caller]
fn same_upon(moto: &Moto, site: &Site, snapshots: &[&Value]) {
    let image = std::fs::read(site.path()).unwrap();
    let read = site.project.path("read-back");
    let file = std::fs::File::create(&read).unwrap();
    file.set_len((image.len() as u64).div_ceil(BLOCK) * BLOCK).unwrap();
    for snapshot in snapshots {
        moto.read(snapshot.as_str().unwrap(), &read);
    }
    let mut back = std::fs::read(&read).unwrap();
    assert!(back[image.len()..].iter().all(|byte| *byte == 0), "the last block is padded with zeros");
    back.truncate(image.len());
    assert!(back == image, "the snapshot is not the image");
}

/// The snapshots that imgbuild made.
fn snapshots(moto: &Moto) -> Vec<String> {
    moto.account(REGION)["snapshots"].as_object().unwrap().keys().cloned().collect()
}
