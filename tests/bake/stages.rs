//! Hermetic builds: outputs reach the image, a network does not reach the build.

use crate::support::Project;

const STAGE: &str = "
stages:
  words:
    packages: []
    script: words.sh
    outputs: [words]
artifacts:
  words: {stage: words, output: words, to: /opt/words, mode: \"0644\"}
";

#[test]
fn a_stage_builds_without_a_network() {
    let project = Project::mini();
    project.extend("staged", STAGE);
    let script = "interfaces=$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')\n[ \"$interfaces\" = lo ]\n[ \"$(wc -l </proc/net/route)\" -le 1 ]\nid -u >/out/words\n";
    project.write("images/words.sh", script);
    project.run(&["bake", "staged"]).success();
    let inspected = project.run(&["inspect", "staged", "--format", "json"]).success();
    assert!(inspected.stdout.contains("artifact:words"), "{}", inspected.stdout);
}

#[test]
fn a_missing_output_names_stage_output_and_path() {
    let project = Project::mini();
    project.extend("staged", STAGE);
    project.write("images/words.sh", "echo made nothing\n");
    project.run(&["bake", "staged"]).failure(8, &["stage `words`", "`/out/words`", "output `words`"]);
    assert!(!project.path("dist/staged").exists());
}

#[test]
fn a_failing_script_shows_the_end_of_its_log() {
    let project = Project::mini();
    project.extend("staged", STAGE);
    project.write("images/words.sh", "echo the reason is here >&2\nfalse\n");
    let failed = project.run(&["bake", "staged"]);
    assert_eq!(failed.code, 8);
    assert!(failed.stderr.contains("the reason is here"), "{}", failed.stderr);
    assert!(failed.stderr.contains("stage `words`"), "{}", failed.stderr);
}
