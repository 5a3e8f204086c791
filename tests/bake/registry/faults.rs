//! A real registry behind somebody who is in a bad mood.

use super::server::Registry;
use super::{project, run};
use crate::hostile::NO_PACKAGES;
use crate::support::server::{Answer, Request, Server};
use crate::support::{Outcome, Project};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of the answer to a request that is the n-th of its kind, from 0.
type Mood = fn(&Request, Vec<u8>, usize) -> Answer;

/// A registry with an image, a server before it, and a project that wants the image from that server.
struct Site {
    _registry: Registry,
    _server: Server,
    project: Project,
    host: String,
}

impl Site {
    fn new(name: &str, fill: impl Fn(&Registry), mood: Mood) -> Self {
        let registry = Registry::start(None);
        fill(&registry);
        let base = format!("http://{}", registry.host());
        let count = Arc::new(AtomicUsize::new(0));
        let server = Server::start(move |request| {
            let accept = request.header("accept").unwrap_or("*/*");
            let asked = ["--silent", "--fail", "--header", &format!("Accept: {accept}"), "--output", "-"];
            let url = format!("{base}{}", request.target);
            let told = std::process::Command::new("curl").args(asked).arg(url).output().unwrap();
            if told.status.success() {
                mood(request, told.stdout, count.fetch_add(1, Ordering::SeqCst))
            } else {
                Answer::not_found()
            }
        });
        let host = server.url().replace("http://", "");
        let project = project(&[format!("{host}/{name}")]);
        project.write("images/pulled.lock", &*NO_PACKAGES);
        Self { _registry: registry, _server: server, project, host }
    }

    fn run(&self, verb: &str) -> Outcome {
        run(&self.project, &[verb, "pulled", "--plain-http", &self.host], None)
    }
}

fn plain(registry: &Registry) {
    registry.push("team/plain:v1", "a", &[]);
}

fn is_layer(request: &Request, body: &[u8]) -> bool {
    request.target.contains("/blobs/") && !body.starts_with(b"{")
}

#[test]
fn a_registry_that_is_busy_now_and_then_is_asked_again() {
    let site = Site::new("team/plain:v1", plain, |_, body, count| match count % 3 {
        0 => Answer::Empty("429 Too Many Requests", vec!["Retry-After: 0".into()]),
        1 => Answer::Empty("503 Service Unavailable", Vec::new()),
        _ => Answer::Whole(body),
    });
    site.run("lock").success();
    site.run("fetch").success();
}

#[test]
fn a_registry_that_stays_busy_is_an_error_that_says_so() {
    let busy: Mood = |_, _, _| Answer::Empty("429 Too Many Requests", vec!["Retry-After: 0".into()]);
    Site::new("team/plain:v1", plain, busy).run("lock").failure(7, &["answered 429"]);
    let broken: Mood = |_, _, _| Answer::Empty("500 Internal Server Error", Vec::new());
    Site::new("team/plain:v1", plain, broken).run("lock").failure(7, &["answered 500"]);
}

#[test]
fn a_blob_that_breaks_off_is_named() {
    let breaks_off: Mood = |request, body, _| {
        if is_layer(request, &body) { Answer::Truncated(body, 10) } else { Answer::Whole(body) }
    };
    let site = Site::new("team/plain:v1", plain, breaks_off);
    site.run("lock").success();
    site.run("fetch").failure(7, &["broke off after", "run the command again"]);
    assert!(!site.project.path("dist").exists());
}

#[test]
fn other_bytes_are_refused_wherever_they_come() {
    let lies: Mood = |request, mut body, _| {
        if is_layer(request, &body) {
            body.reverse();
        }
        Answer::Whole(body)
    };
    let site = Site::new("team/plain:v1", plain, lies);
    site.run("lock").success();
    site.run("fetch").failure(5, &["has sha256"]);
    let both: fn(&Registry) = |registry| {
        registry.fill();
    };
    let lies: Mood = |request, mut body, _| {
        if request.target.contains("/manifests/sha256:") {
            body.push(b'\n');
        }
        Answer::Whole(body)
    };
    Site::new("team/both:v1", both, lies).run("lock").failure(5, &["has digest sha256:"]);
}

#[test]
fn an_index_without_our_platform_says_which_it_has() {
    let foreign: fn(&Registry) = |registry| {
        registry.push("team/foreign:v1", "arm", &[]);
        registry.push_index("team/both:v1", &["team/foreign:v1"]);
    };
    let as_it_is: Mood = |_, body, _| Answer::Whole(body);
    let said = ["no manifest for `linux/amd64`, only for `linux/arm64`"];
    Site::new("team/both:v1", foreign, as_it_is).run("lock").failure(3, &said);
    let said = ["made for `linux/arm64`"];
    Site::new("team/foreign:v1", foreign, as_it_is).run("lock").failure(3, &said);
}
