//! Container images from a real registry (Debian's `docker-registry`), made and pushed by foreign tools, and what
//! users meet when a registry refuses, fails or lies.

mod faults;
mod realm;
mod server;

use crate::hostile::NO_PACKAGES;
use crate::support::disk::Partition;
use crate::support::{Outcome, Project, tool};
use realm::Realm;
use server::Registry;
use std::collections::BTreeSet;
use std::path::Path;

/// Whoever may pull from a registry that asks.
const LOGIN: &str = "me:secret";
/// `LOGIN` in base64.
const AUTH: &str = "bWU6c2VjcmV0";
/// The same with another password.
const WRONG: &str = "bWU6d3Jvbmc=";

/// docker's `config.json` of a user who shows `auth` to `host`.
fn config(host: &str, auth: &str) -> String {
    format!(r#"{{"auths": {{"{host}": {{"auth": "{auth}"}}}}}}"#)
}

/// A project whose image `pulled` has the images `references`, with a cache of its own.
fn project(references: &[String]) -> Project {
    let mut project = Project::mini();
    project.cache = Some(project.path("cache"));
    let images: Vec<_> = references.iter().map(|reference| format!("  '{reference}': {{}}\n")).collect();
    project.extend("pulled", &format!("images:\n{}", images.concat()));
    project
}

/// Runs imgbuild as a user whose docker keeps `login` as its `config.json`, or who has never logged in.
fn run(project: &Project, arguments: &[&str], login: Option<&str>) -> Outcome {
    let mut command = project.command(arguments);
    command.env_remove("REGISTRY_AUTH_FILE").env_remove("XDG_RUNTIME_DIR");
    command.env("DOCKER_CONFIG", project.path(if login.is_some() { "login" } else { "nobody" }));
    if let Some(config) = login {
        project.write("login/config.json", config);
    }
    Outcome::run(&mut command)
}

#[test]
fn what_foreign_tools_push_is_locked_fetched_and_baked() {
    let registry = Registry::start(None);
    let pushed = registry.fill();
    let references: Vec<String> = pushed.iter().map(|name| registry.reference(name)).collect();
    let project = project(&references);
    let host = registry.host();
    run(&project, &["lock", "pulled"], None).failure(7, &["cannot be fetched"]);
    for verb in ["lock", "fetch"] {
        run(&project, &[verb, "pulled", "--plain-http", &host], None).success();
    }
    run(&project, &["bake", "pulled", "--locked", "--offline"], None).success();
    let root = Partition::cut(&project, project.path("dist/pulled/pulled.raw").to_str().unwrap(), "root");
    root.ask(&format!("rdump /var/lib/imgbuild/oci {}", project.folder.path().display()));
    let mut all = BTreeSet::new();
    for reference in &references {
        let copied = project.path(&format!("copied-{}", all.len()));
        skopeo_copies(reference, &copied);
        all.extend(same_bytes(&copied, &project.path("oci/blobs/sha256")));
    }
    // what images share is there once, and nothing else is there
    assert_eq!(all, names(&project.path("oci/blobs/sha256")));
    let shown = tool("skopeo", &["list-tags", "--tls-verify=false", &format!("docker://{host}/team/plain")]);
    assert!(shown.contains("v1"), "{shown}");
}

#[test]
fn a_registry_that_asks_gets_the_users_login() {
    let registry = Registry::start(Some(LOGIN));
    registry.push("team/plain:v1", "a", &[]);
    let (host, reference) = (registry.host(), registry.reference("team/plain:v1"));
    let (auths, wrong) = (config(&host, AUTH), config(&host, WRONG));
    let helper = format!(r#"{{"credHelpers": {{"{host}": "stand-in"}}}}"#);
    let project = project(&[reference]);
    project.write("images/pulled.lock", &*NO_PACKAGES);
    let lock = ["lock", "pulled", "--plain-http", &host];
    run(&project, &lock, None).failure(7, &["answered 401", "log in with `skopeo login`"]);
    run(&project, &lock, Some(&wrong)).failure(7, &["answered 401"]);
    run(&project, &lock, Some("{")).failure(3, &["config.json:1:1", "registry credentials"]);
    run(&project, &lock, Some(&helper)).failure(6, &["`docker-credential-stand-in` is not installed"]);
    run(&project, &lock, Some(&auths)).success();
    run(&project, &["fetch", "pulled", "--locked", "--plain-http", &host], Some(&auths)).success();
}

#[test]
fn a_registry_that_wants_tokens_gets_those_of_the_user() {
    let realm = Realm::start(AUTH, 600);
    let registry = Registry::with_tokens(&realm, LOGIN);
    registry.push("team/plain:v1", "a", &[]);
    let (host, reference) = (registry.host(), registry.reference("team/plain:v1"));
    let (auths, wrong) = (config(&host, AUTH), config(&host, WRONG));
    let project = project(&[reference]);
    project.write("images/pulled.lock", &*NO_PACKAGES);
    let lock = ["lock", "pulled", "--plain-http", &host];
    let pushed = realm.given();
    run(&project, &lock, None).failure(7, &["/token", "answered 401", "log in with `skopeo login`"]);
    run(&project, &lock, Some(&wrong)).failure(7, &["/token", "answered 401"]);
    assert_eq!(realm.given(), pushed);
    run(&project, &lock, Some(&auths)).success();
    assert_eq!(realm.given(), pushed + 1, "one token is enough for one repository");
    run(&project, &["fetch", "pulled", "--locked", "--plain-http", &host], Some(&auths)).success();
}

#[test]
fn a_token_that_is_of_no_use_is_not_asked_for_for_ever() {
    let realm = Realm::start(AUTH, -600);
    let registry = Registry::with_tokens(&realm, LOGIN);
    let (host, reference) = (registry.host(), registry.reference("team/plain:v1"));
    let auths = config(&host, AUTH);
    let project = project(&[reference]);
    project.write("images/pulled.lock", &*NO_PACKAGES);
    let expired = run(&project, &["lock", "pulled", "--plain-http", &host], Some(&auths));
    expired.failure(7, &["team/plain", "answered 401"]);
    assert_eq!(realm.given(), 1);
}

#[test]
fn a_helper_keeps_the_login() {
    let registry = Registry::start(Some(LOGIN));
    registry.push("team/plain:v1", "a", &[]);
    let host = registry.host();
    let project = project(&[registry.reference("team/plain:v1")]);
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = get ] && [ \"$(cat)\" = {host} ] || {{ echo credentials not found; exit 1; }}\n\
         echo '{{\"ServerURL\": \"{host}\", \"Username\": \"me\", \"Secret\": \"secret\"}}'\n"
    );
    project.write("bin/docker-credential-stand-in", script);
    tool("chmod", &["755", project.path("bin/docker-credential-stand-in").to_str().unwrap()]);
    let path = format!("{}:{}", project.path("bin").display(), std::env::var("PATH").unwrap());
    let of_this_host = format!(r#"{{"credHelpers": {{"{host}": "stand-in"}}}}"#);
    for config in [r#"{"credsStore": "stand-in"}"#, of_this_host.as_str()] {
        project.write("images/pulled.lock", &*NO_PACKAGES).write("login/config.json", config);
        let mut command = project.command(&["lock", "pulled", "--plain-http", &host]);
        command.env("DOCKER_CONFIG", project.path("login")).env("PATH", &path);
        Outcome::run(command.env_remove("REGISTRY_AUTH_FILE").env_remove("XDG_RUNTIME_DIR")).success();
    }
}

#[test]
fn a_registry_of_a_private_authority_is_believed_if_that_is_named() {
    let registry = Registry::with_tls();
    registry.push("team/plain:v1", "a", &[]);
    let authority = registry.authority();
    let project = project(&[registry.reference("team/plain:v1")]);
    project.write("images/pulled.lock", &*NO_PACKAGES);
    run(&project, &["lock", "pulled"], None).failure(7, &["cannot be fetched", "`--ca-file FILE`"]);
    for verb in ["lock", "fetch"] {
        run(&project, &[verb, "pulled", "--ca-file", &authority], None).success();
    }
}

#[test]
fn a_mirror_stands_in_for_a_registry() {
    let registry = Registry::start(None);
    registry.push("hub/library/plain:v1", "a", &[]);
    let project = project(&["docker.io/library/plain:v1".to_owned()]);
    project.write("images/pulled.lock", &*NO_PACKAGES);
    let mirror = format!("docker.io=http://{}/hub", registry.host());
    for verb in ["lock", "fetch"] {
        run(&project, &[verb, "pulled", "--registry-mirror", &mirror], None).success();
    }
    let wrong = run(&project, &["lock", "pulled", "--registry-mirror", "nonsense"], None);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

fn skopeo_copies(reference: &str, to: &Path) {
    let (from, to) = (format!("docker://{reference}"), format!("dir:{}", to.display()));
    let arguments =
        ["copy", "--src-tls-verify=false", "--override-arch=amd64", "--override-os=linux", "--quiet"];
    tool("skopeo", &[&arguments[..], &[from.as_str(), &to][..]].concat());
}

/// Names of the blobs that skopeo has in `copied`, all of which `baked` has with the same bytes.
fn same_bytes(copied: &Path, baked: &Path) -> BTreeSet<String> {
    let manifest = std::fs::read(copied.join("manifest.json")).unwrap();
    let digest = imgbuild::digest::Sha256::of(&manifest).to_string();
    assert_eq!(std::fs::read(baked.join(&digest)).unwrap(), manifest);
    let mut found = BTreeSet::from([digest]);
    for name in names(copied).into_iter().filter(|name| name.len() == 64) {
        assert!(
            std::fs::read(copied.join(&name)).unwrap() == std::fs::read(baked.join(&name)).unwrap(),
            "{name}"
        );
        found.insert(name);
    }
    found
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
