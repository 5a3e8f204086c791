//! Addons that are Helm charts: rendered when the image is locked, by a stand-in for `helm`, and never again.

use crate::hostile::NO_PACKAGES;
use crate::support::disk::Partition;
use crate::support::image::StandIn;
use crate::support::server::{Answer, Server};
use crate::support::{Outcome, Project, archive, tool};
use imgbuild::digest::Sha256;
use serde_json::Value;
use std::collections::BTreeMap;

const ADDON: &str = "\
schema: 1
version: '1.2'
manifests:
  - chart: https://up.example.org/thing-1.2.3.tgz
    name: thing.yaml
    release: thing
    namespace: things
    values: {replicas: 2}
";
const CHART: &str = "a stand-in for a chart";
const IMAGE: &str = "registry.example.org/team/thing:v1";
/// Knows one chart, and is particular about how it is called.
const HELM: &str = "#!/bin/sh
# a stand-in for helm
case $* in
'template thing '*'/chart.tgz --namespace things --include-crds --values '*'/values.json') ;;
*) echo \"unexpected: $*\" >&2; exit 1 ;;
esac
[ \"$(cat \"$3\")\" = 'a stand-in for a chart' ] || exit 1
[ \"$(cat \"$8\")\" = '{\"replicas\":2}' ] || { echo unknown values >&2; exit 1; }
cat <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: thing, namespace: things}
spec: {template: {spec: {containers: [{name: thing, image: \"registry.example.org/team/thing:v1\"}]}}}
END
";

/// A project whose image `charted` has the addon, what is upstream of it, and `bin/helm`.
fn project() -> (Project, StandIn) {
    let project = Project::mini();
    project.extend("charted", "addons: [thing]\n");
    project.write("addons/thing/addon.yaml", ADDON).write("bin/helm", HELM);
    tool("chmod", &["755", project.path("bin/helm").to_str().unwrap()]);
    (project, StandIn::new(vec![archive::tar(&[archive::file("etc/own", "thing\n")])]))
}

/// What an artifact mirror has.
fn upstream(image: &StandIn) -> Server {
    let base = "/registry.example.org/v2/team/thing";
    let image = image.paths("v1").into_iter().map(|(path, body)| (format!("{base}{path}"), body));
    let mut files: BTreeMap<String, Vec<u8>> = image.collect();
    files.insert("/up.example.org/thing-1.2.3.tgz".to_owned(), CHART.into());
    Server::start(move |request| {
        files.get(&request.target).cloned().map_or_else(Answer::not_found, Answer::Whole)
    })
}

/// `imgbuild` with `arguments` where programs are in `path`.
fn run(project: &Project, path: &str, arguments: &[&str]) -> Outcome {
    Outcome::run(project.command(arguments).env("PATH", path))
}

#[test]
fn a_chart_is_rendered_once_and_baked_with_the_images_that_it_names() {
    let (project, image) = project();
    let mirror = upstream(&image).url();
    let usual = std::env::var("PATH").unwrap();
    let with_helm = format!("{}:{usual}", project.path("bin").display());
    run(&project, &with_helm, &["lock", "charted", "--artifact-mirror", &mirror]).success();
    let lock: Value = serde_json::from_str(&project.read("images/charted.lock")).unwrap();
    assert_eq!(lock["named"]["thing.yaml"][IMAGE], "IfNotPresent");
    let manifest = Sha256::of(&image.manifest).to_string();
    assert_eq!(lock["images"][IMAGE]["manifest"]["sha256"], manifest);
    std::fs::remove_dir_all(project.path("bin")).unwrap();
    project.run(&["fetch", "charted", "--locked", "--artifact-mirror", &mirror]).success();
    project.run(&["bake", "charted", "--locked", "--offline"]).success();
    let raw = project.path("dist/charted/charted.raw");
    let root = Partition::cut(&project, raw.to_str().unwrap(), "root");
    let baked = root.cat("/etc/kubernetes/components/thing.yaml");
    assert_eq!(baked, lock["rendered"]["thing.yaml"].as_str().unwrap());
    let kinds: Vec<&str> = baked.lines().filter(|line| line.starts_with("kind:")).collect();
    assert_eq!(kinds, ["kind: Namespace", "kind: Deployment"]);
    let record: Value = serde_json::from_str(&root.cat("/etc/imgbuild/image.json")).unwrap();
    assert_eq!(record["images"][IMAGE], manifest);
}

#[test]
fn without_helm_the_chart_is_named_and_what_is_rendered_already_stays() {
    let (mut project, image) = project();
    project.cache = Some(project.path("cache"));
    project.write("images/charted.lock", &*NO_PACKAGES);
    let mirror = upstream(&image).url();
    let lock = ["lock", "charted", "--artifact-mirror", &mirror];
    let (nothing, bin) = (project.path("nothing"), project.path("bin"));
    let (nothing, bin) = (nothing.to_str().unwrap(), bin.to_str().unwrap());
    let said = ["`helm` is not installed", "`thing.yaml`", "hint: install Helm"];
    run(&project, nothing, &lock).failure(6, &said);
    let with_helm = format!("{bin}:{}", std::env::var("PATH").unwrap());
    run(&project, &with_helm, &lock).success();
    run(&project, nothing, &lock).success();
    project.write("addons/thing/addon.yaml", ADDON.replace("replicas: 2", "replicas: 3"));
    let failed = run(&project, &with_helm, &lock);
    assert_eq!(failed.code, 8, "{}", failed.stderr);
    assert!(failed.stderr.contains("`helm` failed") && failed.stderr.contains("unknown values"));
}
