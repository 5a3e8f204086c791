//! Servers that break off, never end, refuse, send elsewhere, or lie.

use super::Site;
use crate::support::archive::{file, tar};
use crate::support::image::StandIn;
use crate::support::server::{Answer, Request, Server};
use imgbuild::digest::Sha256;
use std::sync::atomic::{AtomicUsize, Ordering};

const GOOD: &[u8] = b"what the definition means";

/// How a server treats those who want [`GOOD`], the exit code of `fetch`, and what it says.
struct Case {
    name: &'static str,
    answer: fn() -> Answer,
    code: i32,
    said: &'static [&'static str],
}

const CASES: [Case; 7] = [
    Case {
        name: "truncated",
        answer: || Answer::Truncated(GOOD.to_vec(), 4),
        code: 7,
        said: &["fetching `x`", "broke off after 4 bytes", "hint: run the command again"],
    },
    Case {
        name: "announced to be too long",
        answer: || Answer::Announced(1 << 50),
        code: 7,
        said: &["longer than the allowed", "hint: check that the URL"],
    },
    Case {
        name: "404",
        answer: Answer::not_found,
        code: 7,
        said: &["answered 404 Not Found", "hint: correct the URL"],
    },
    Case {
        name: "500",
        answer: || Answer::Empty("500 Internal Server Error", Vec::new()),
        code: 7,
        said: &["answered 500", "hint: try again later"],
    },
    Case {
        name: "redirect loop",
        answer: || Answer::Empty("302 Found", vec!["Location: /up.example.org/x".into()]),
        code: 7,
        said: &["redirects more than 10 times", "hint: correct the URL"],
    },
    Case {
        name: "other bytes",
        answer: || Answer::Whole(b"something else".to_vec()),
        code: 5,
        said: &["has sha256", "instead of", "hint: the file has changed at its source"],
    },
    Case {
        name: "other bytes of the same length",
        answer: || Answer::Whole(vec![b'x'; GOOD.len()]),
        code: 5,
        said: &["has sha256", "instead of"],
    },
];

#[test]
fn each_is_refused_and_leaves_nothing() {
    std::thread::scope(|scope| {
        for case in &CASES {
            scope.spawn(move || check(case));
        }
    });
}

fn check(case: &Case) {
    let answer = case.answer;
    let server = Server::start(move |_| answer());
    let site = Site::new(&artifact(&format!(", sha256: {}", Sha256::of(GOOD))), &server);
    eprintln!("{}", case.name);
    for verb in ["fetch", "bake"] {
        site.run(verb).failure(case.code, case.said);
        site.is_clean();
    }
}

fn artifact(more: &str) -> String {
    format!("artifacts:\n  x: {{url: \"https://up.example.org/x\", to: /opt/x{more}}}\n")
}

#[test]
fn the_same_site_is_fetched_when_its_server_is_honest() {
    let server = Server::start(|_| Answer::Whole(GOOD.to_vec()));
    let site = Site::new(&artifact(&format!(", sha256: {}", Sha256::of(GOOD))), &server);
    site.run("fetch").success();
}

#[test]
fn a_file_that_never_ends_is_cut_off_at_its_locked_size() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Answer::Whole(GOOD.to_vec()),
        _ => Answer::Endless,
    });
    let site = Site::new(&artifact(""), &server);
    site.run("lock").success();
    std::fs::remove_dir_all(site.project.path("cache")).unwrap();
    site.run("bake").failure(5, &["is longer than 25 bytes", "hint: the file has changed at its source"]);
    site.is_clean();
}

const IMAGE: &str = "images:\n  up.example.org/team/tool:v1: {}\n";

/// A registry with one image; `treat` may give something else than what is there.
fn registry(treat: impl Fn(&StandIn, &Request) -> Option<Answer> + Send + Sync + 'static) -> Server {
    let image = StandIn::new(vec![tar(&[file("bin/tool", "#!")])]);
    Server::start(move |request| {
        let path = request.target.strip_prefix("/up.example.org/v2/team/tool").unwrap_or_default();
        let there = || image.paths("v1").remove(path).map_or_else(Answer::not_found, Answer::Whole);
        treat(&image, request).unwrap_or_else(there)
    })
}

fn is_layer(image: &StandIn, request: &Request) -> bool {
    request.target.ends_with(&crate::support::image::digest(&image.layers[0]))
}

#[test]
fn a_layer_whose_digest_lies_is_refused() {
    let server = registry(|image, request| {
        let lie = vec![b'x'; image.layers[0].len()];
        is_layer(image, request).then_some(Answer::Whole(lie))
    });
    let site = Site::new(IMAGE, &server);
    site.run("lock").success();
    let said = ["fetching `up.example.org/team/tool:v1`", "has sha256", "instead of"];
    site.run("bake").failure(5, &said);
    site.is_clean();
}

#[test]
fn a_layer_that_never_ends_is_cut_off_at_its_announced_size() {
    let server = registry(|image, request| is_layer(image, request).then_some(Answer::Endless));
    let site = Site::new(IMAGE, &server);
    site.run("bake").failure(5, &["fetching `up.example.org/team/tool:v1`", "is longer than"]);
    site.is_clean();
}

#[test]
fn a_manifest_that_never_ends_is_not_locked() {
    let server = registry(|_, request| request.target.contains("/manifests/").then_some(Answer::Endless));
    let site = Site::new(IMAGE, &server);
    let before = site.project.read("images/hostile.lock");
    site.run("lock")
        .failure(7, &["resolving image `up.example.org/team/tool:v1`", "longer than the allowed"]);
    assert_eq!(site.project.read("images/hostile.lock"), before);
    site.is_clean();
}

#[test]
fn a_manifest_that_is_not_what_the_index_names_is_not_locked() {
    let server = registry(|image, request| {
        let named = request.target.ends_with(&crate::support::image::digest(&image.manifest));
        named.then(|| Answer::Whole(image.index.clone()))
    });
    let site = Site::new(IMAGE, &server);
    site.run("lock").failure(5, &["up.example.org/team/tool:v1", "has digest"]);
    site.is_clean();
}
