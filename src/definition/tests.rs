//! Whole definitions, good and bad: what is accepted, and the exact words of what is refused.

use super::*;
use crate::error;
use crate::size::ByteSize;
use std::path::PathBuf;

const MINIMAL: &str = "schema: 1
name: tiny
base:
  suites: [bookworm]
  kernel: linux-image-cloud-{arch}
  architecture: amd64
";

/// A project with the given files; definitions are in `images/`.
struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self) -> Result<Definition> {
        load(&self.path("images/a.yaml"))
    }

    /// The message without the path of the project.
    fn error(&self) -> String {
        let project = self.0.path().display().to_string();
        let error = self.load().expect_err("this definition must be refused");
        assert_eq!(error::exit_code(&error), 3, "{error:#}");
        assert!(error::hint(&error).is_some(), "no hint: {error:#}");
        format!("{error:#}").replace(&format!("{project}/images/"), "").replace(&project, "PROJECT")
    }
}

/// The error for the minimal definition with `more` at its end.
fn error_of(more: &str) -> String {
    Project::new(&[("images/a.yaml", &format!("{MINIMAL}{more}"))]).error()
}

fn definition_of(more: &str) -> Definition {
    let project = Project::new(&[("images/a.yaml", &format!("{MINIMAL}{more}")), ("images/f", "x")]);
    project.load().unwrap_or_else(|error| panic!("{error:#}"))
}

#[test]
fn a_minimal_definition_gets_defaults() {
    let definition = definition_of("");
    assert_eq!(definition.base.kernel, "linux-image-cloud-amd64");
    assert_eq!(definition.base.components, ["main"]);
    assert_eq!(definition.disk.size, ByteSize::mib(4096));
    assert_eq!(definition.outputs, [Format::Raw, Format::Qcow2].into());
    assert!(definition.kubernetes.is_none() && definition.runtime.is_none());
}

#[test]
fn the_place_of_a_project_does_not_reach_its_canonical_form() {
    let of = || {
        let text = format!("{MINIMAL}overlay: {{/etc/a: {{file: f}}}}\n");
        let project = Project::new(&[("images/a.yaml", &text), ("images/f", "x")]);
        serde_json::to_string(&project.load().unwrap()).unwrap()
    };
    assert_eq!(of(), of());
}

#[test]
fn syntax_schema_fields_and_types_are_judged_in_that_order() {
    let one = |text: &str| Project::new(&[("images/a.yaml", text)]).error();
    assert!(one("schema: 1\nname: [\n").contains("`a.yaml` is no valid YAML: line "));
    assert_eq!(one("name: 7\nschema: 2\n"), "a.yaml:2:1: unsupported schema `2`, this imgbuild reads 1");
    let unknown = error_of("disk: {siez: 4GiB}\n");
    assert!(unknown.starts_with("a.yaml:7:8: `disk.siez`: unknown field `siez`, expected"), "{unknown}");
    let wrong = error_of("runtime:\n  containerd_version: 1.6\n");
    let expected =
        "a.yaml:8:3: `runtime.containerd_version`: invalid type: floating point `1.6`, expected a string";
    assert_eq!(wrong, expected);
    assert!(error_of("name: again\n").contains("duplicate"), "a key twice");
}

#[test]
fn errors_name_the_place() {
    let table = [
        ("disk: {size: 100MiB}\n", "a.yaml:7:8: `disk.size`: `100MiB` is too small"),
        ("disk: {size: 4GB}\n", "a.yaml:7:8: `disk.size`: `4GB` is no size"),
        (
            "disk: {kernel_arguments: ['a b']}\n",
            "a.yaml:7:27: `disk.kernel_arguments[0]`: `a b` is no kernel argument",
        ),
        (
            "overlay:\n  /a/../b: {text: x}\n",
            "a.yaml:8:3: `overlay[\"/a/../b\"]`: `/a/../b` is not normalised",
        ),
        ("overlay:\n  /a: {text: x, mode: '99'}\n", "a.yaml:8:17: `overlay[\"/a\"].mode`: `99` is no mode"),
        (
            "overlay:\n  /a: {template: none}\n",
            "a.yaml:8:8: `overlay[\"/a\"].template`: there is no template `none`",
        ),
        ("overlay:\n  /a: {}\n", "a.yaml:8:3: `overlay[\"/a\"]`: does not say what is there"),
        (
            "overlay:\n  /a: {text: x, link: y}\n",
            "a.yaml:8:17: `overlay[\"/a\"].link`: is set besides `text`",
        ),
        ("remove: [etc]\n", "a.yaml:7:10: `remove[0]`: `etc` is no absolute path"),
        (
            "units: {enable: [a.service], mask: [a.service]}\n",
            "a.yaml:7:9: `units.enable`: `a.service` is also in `disable` or `mask`",
        ),
        ("images: {busybox: {}}\n", "a.yaml:7:10: `images.busybox`: `busybox` is no image reference"),
        ("manifests: {a.yaml: {}}\n", "a.yaml:7:13: `manifests[\"a.yaml\"].url`: is missing"),
        ("outputs: []\n", "a.yaml:7:1: `outputs`: is empty"),
        ("outputs: [vhd]\n", "a.yaml:7:11: `outputs[0]`: unknown variant `vhd`, expected one of"),
    ];
    for (more, expected) in table {
        let error = error_of(more);
        assert!(error.starts_with(expected), "{error}\nexpected {expected}");
    }
}

#[test]
fn what_has_no_source_or_two_is_refused() {
    let table = [
        ("artifacts: {x: {to: /x}}\n", "a.yaml:7:13: `artifacts.x`: does not say where it comes from"),
        (
            "artifacts: {x: {to: /x, url: 'http://a.b/', file: f}}\n",
            "a.yaml:7:45: `artifacts.x.file`: has both `url` and `file`",
        ),
        (
            "artifacts: {x: {to: /x, url: 'http://a.b/', strip: 1}}\n",
            "a.yaml:7:45: `artifacts.x.strip`: makes no sense with `url`",
        ),
        ("artifacts: {x: {package: jq}}\n", "a.yaml:7:17: `artifacts.x.package`: is not possible here"),
        ("artifacts: {x: {url: 'http://a.b/'}}\n", "a.yaml:7:13: `artifacts.x.to`: is missing"),
        (
            "artifacts: {x: {to: /x, url: 'ftp://a.b/'}}\n",
            "a.yaml:7:25: `artifacts.x.url`: `ftp://a.b/` is neither http nor https",
        ),
        (
            "artifacts: {x: {to: /x, url: 'http://a.b/', sha256: abc}}\n",
            "a.yaml:7:45: `artifacts.x.sha256`: `abc` is no sha256 digest",
        ),
        (
            "artifacts: {x: {to: /x, url: 'http://a.b/', sha256: [a]}}\n",
            "a.yaml:7:45: `artifacts.x.sha256`: expected a sha256 digest, or a mapping",
        ),
        (
            "artifacts: {x: {to: /x, url: 'http://a.b/', sha256: {arm64: a}}}\n",
            "a.yaml:7:45: `artifacts.x.sha256`: no digest for `amd64`",
        ),
        ("artifacts: {x: {to: /x, file: ../../x}}\n", "a.yaml:7:25: `artifacts.x.file`: `"),
        ("artifacts: {x: {to: /x, file: nope}}\n", "a.yaml:7:25: `artifacts.x.file`: failed to canonicalize"),
        (
            "artifacts: {x: {to: /x, file: /etc/passwd}}\n",
            "a.yaml:7:25: `artifacts.x.file`: `/etc/passwd` is no relative path",
        ),
        (
            "artifacts: {x: {to: /bin/x, file: f}}\n",
            "a.yaml:7:17: `artifacts.x.to`: `/bin/x` is a link into `/usr` on Debian",
        ),
    ];
    for (more, expected) in table {
        let error = error_of(more);
        assert!(error.starts_with(expected), "{error}\nexpected {expected}");
    }
}

const STAGE: &str = "stages: {s: {script: f, outputs: [o]}}\n";

#[test]
fn a_stage_runs_as_the_image_does_unless_it_cross_compiles() {
    let stage = |more: &str| {
        let text = format!("stages: {{s: {{script: f, outputs: [o]{more}}}}}\n");
        definition_of(&text).stages["s"].clone()
    };
    let (native, cross) = (stage(""), stage(", cross: true, environment: {GOARCH: '{arch}'}"));
    assert!(!native.cross && cross.cross);
    assert_eq!(cross.environment["GOARCH"], "amd64");
    // what was built before there was such a choice stays good
    assert!(!serde_json::to_string(&native).unwrap().contains("cross"));
}

#[test]
fn a_missing_stage_or_output_is_named() {
    let with = |more: &str| {
        let text = format!("{MINIMAL}{STAGE}{more}");
        Project::new(&[("images/a.yaml", &text), ("images/f", "")]).error()
    };
    let error = with("artifacts: {x: {to: /x, stage: s, output: p}}\n");
    assert_eq!(error, "a.yaml:8:35: `artifacts.x.output`: stage `s` has no output `p`");
    let error = with("artifacts: {x: {to: /x, stage: t, output: o}}\n");
    assert_eq!(error, "a.yaml:8:25: `artifacts.x.stage`: there is no stage `t`");
    let error = with("artifacts: {x: {to: /x, stage: s}}\n");
    assert_eq!(error, "a.yaml:8:13: `artifacts.x.output`: is missing");
}

#[test]
fn no_two_things_are_at_the_same_path_and_nothing_is_below_a_file() {
    let with = |more: &str| {
        let text = format!("{MINIMAL}{more}");
        Project::new(&[("images/a.yaml", &text), ("images/f", "")]).error()
    };
    let same = with("artifacts: {x: {to: /etc/x, file: f}}\noverlay: {/etc/x: {text: y}}\n");
    assert_eq!(
        same,
        "a.yaml:8:11: `overlay[\"/etc/x\"]`: puts something at `/etc/x`, and so does `artifacts.x`"
    );
    let text = format!("{MINIMAL}{NODE}overlay: {{/usr/bin/kubectl: {{text: y}}}}\n");
    let part = Project::new(&[("images/a.yaml", &text)]).error();
    assert!(part.contains("and so does `kubernetes.kubectl`"), "{part}");
    let below = with("overlay: {/etc/x: {text: y}, /etc/x/y: {text: z}}\n");
    assert_eq!(
        below,
        "a.yaml:7:30: `overlay[\"/etc/x/y\"]`: `/etc/x/y` lies below `/etc/x`, which is no folder"
    );
    let reserved = with("overlay: {/etc/machine-id: {text: y}}\n");
    assert!(reserved.contains("is written by imgbuild, or by each machine"), "{reserved}");
    definition_of("overlay: {/etc/x: {directory: true}, /etc/x/y: {text: z}}\n");
}

#[test]
fn definitions_extend_each_other_and_paths_are_meant_from_the_file_that_has_them() {
    let project = Project::new(&[
        (
            "shared/base.yaml",
            "schema: 1\nname: base\nbase: {packages: [jq], kernel: k1}\noverlay: {/etc/a: {file: a.conf}}\n",
        ),
        ("shared/a.conf", ""),
        (
            "images/a.yaml",
            "schema: 1\nname: a\nextends: ../shared/base.yaml\nbase: {suites: [x1], kernel: k2, packages+: [curl]}\n",
        ),
    ]);
    let definition = project.load().unwrap();
    assert_eq!(definition.base.packages, ["curl", "jq"].map(str::to_owned).into());
    assert_eq!(definition.base.kernel, "k2");
    let OverlayContent::File(path) = &definition.overlay["/etc/a"].content else { panic!() };
    assert!(path.ends_with("shared/a.conf"), "{}", path.display());
}

#[test]
fn an_error_in_what_is_extended_names_that_file() {
    let project = Project::new(&[
        ("images/base.yaml", "schema: 1\nbase:\n  suites: [x1, 'x 2']\n  kernel: k1\n"),
        ("images/a.yaml", "schema: 1\nname: a\nextends: base.yaml\n"),
    ]);
    assert_eq!(project.error(), "base.yaml:3:16: `base.suites[1]`: `x 2` is no suite");
}

#[test]
fn a_name_is_not_inherited() {
    let project =
        Project::new(&[("images/base.yaml", MINIMAL), ("images/a.yaml", "schema: 1\nextends: base.yaml\n")]);
    assert_eq!(project.error(), "a.yaml:1:1: `name`: is missing");
}

#[test]
fn of_several_bases_each_is_laid_over_the_ones_before_it() {
    let project = Project::new(&[
        ("images/common.yaml", "schema: 1\nbase: {kernel: k0, packages: [jq]}\n"),
        ("images/one.yaml", "schema: 1\nextends: common.yaml\nbase: {kernel: k1, packages+: [curl]}\n"),
        ("images/two.yaml", "schema: 1\nextends: common.yaml\nbase: {suites: [x2], packages+: [less]}\n"),
        ("images/a.yaml", "schema: 1\nname: a\nextends: [one.yaml, two.yaml]\n"),
    ]);
    let definition = project.load().unwrap();
    // what both have in common does not come again over the first
    assert_eq!(definition.base.kernel, "k1");
    assert_eq!(definition.base.packages, ["curl", "jq", "less"].map(str::to_owned).into());
    let project = Project::new(&[
        ("images/a.yaml", "schema: 1\nextends: [b.yaml, c.yaml]\n"),
        ("images/b.yaml", "schema: 1\n"),
        ("images/c.yaml", "schema: 1\nextends: [b.yaml, a.yaml]\n"),
    ]);
    assert!(
        project.error().contains("goes round in a circle: `a.yaml` → `c.yaml` → "),
        "{}",
        project.error()
    );
    let project = Project::new(&[("images/a.yaml", "schema: 1\nextends:\n  - /b.yaml\n")]);
    assert!(project.error().starts_with("a.yaml:3:5: `extends`: \"/b.yaml\" is no relative path"));
}

const LOGIN: &str = "overlay: {/home/vagrant/.ssh/authorized_keys: {text: x}}\nvagrant: {}\n";

#[test]
fn boxes_need_a_login_and_a_disk_to_be_packed_from() {
    let boxes = definition_of(&format!("{LOGIN}outputs: [qcow2, vagrant-libvirt, vagrant-virtualbox]\n"));
    assert!(boxes.outputs.contains(&Format::VagrantVirtualbox));
    let table = [
        (
            "outputs: [qcow2, vagrant-libvirt]\n".to_owned(),
            "a.yaml:7:1: `outputs`: a libvirt box of an image",
        ),
        ("vagrant: {}\n".to_owned(), "a.yaml:7:1: `vagrant`: the image lacks `/home/vagrant/.ssh/auth"),
        (
            format!("{LOGIN}outputs: [raw, vagrant-libvirt]\n"),
            "a.yaml:9:1: `outputs`: boxes are packed from the qcow2",
        ),
        (
            LOGIN.replace("{}", "{version: '1.0'}"),
            "a.yaml:8:11: `vagrant.version`: `1.0` is no semantic version",
        ),
        (LOGIN.replace("{}", "{url: boxes}"), "a.yaml:8:11: `vagrant.url`: `boxes` is no URL"),
        ("outputs: [vagrant-vmware]\n".to_owned(), "a.yaml:7:"),
    ];
    for (more, expected) in table {
        let error = error_of(&more);
        assert!(error.starts_with(expected), "{error}");
    }
    let arm = format!("{MINIMAL}{LOGIN}outputs: [qcow2, vagrant-virtualbox]\n").replace("amd64", "arm64");
    let error = Project::new(&[("images/a.yaml", &arm)]).error();
    assert!(error.contains("there is no virtualbox box for `arm64`"), "{error}");
}

#[test]
fn cycles_and_missing_bases_are_refused() {
    let project = Project::new(&[
        ("images/a.yaml", "schema: 1\nextends: b.yaml\n"),
        ("images/b.yaml", "schema: 1\nextends: ../images/c.yaml\n"),
        ("images/c.yaml", "schema: 1\nextends: b.yaml\n"),
    ]);
    let error = project.error();
    assert!(error.contains("`extends` goes round in a circle: `b.yaml` → `../images/c.yaml` → `"), "{error}");
    let project = Project::new(&[("images/a.yaml", "schema: 1\nextends: b.yaml\n")]);
    assert!(project.error().starts_with("a.yaml:2:1: `extends`: failed to open file"), "{}", project.error());
    let project = Project::new(&[("images/a.yaml", "schema: 1\nextends: {b: c}\n")]);
    assert!(project.error().contains("`extends`: {\"b\":\"c\"} is no relative path"), "{}", project.error());
}

const NODE: &str = "  packages: [conntrack]
kubernetes:
  version: 1.30.1
  kubelet: {package: kubelet}
  kubeadm: {package: kubeadm}
  kubectl: {url: 'https://example.org/{arch}/kubectl'}
runtime:
  containerd_version: 1.7.28
  containerd: {package: containerd}
  runc: {package: runc}
  cni: {archive: 'https://example.org/cni.tgz', to: /opt/cni/bin}
";

#[test]
fn parts_from_packages_are_installed_and_parts_from_files_placed() {
    let definition = definition_of(NODE);
    let expected = ["conntrack", "containerd", "kubeadm", "kubelet", "runc"];
    assert_eq!(definition.base.packages, expected.map(str::to_owned).into());
    let Part::Artifact(kubectl) = &definition.kubernetes.unwrap().kubectl else { panic!() };
    assert_eq!((kubectl.to.as_str(), kubectl.mode), ("/usr/bin/kubectl", 0o755));
    let Source::File(download) = &kubectl.source else { panic!() };
    assert_eq!(download.url, "https://example.org/amd64/kubectl");
}

#[test]
fn a_package_that_a_repository_pins_is_not_taken_from_the_base() {
    let repository =
        "  repositories:\n    k: {url: 'https://example.org/deb', key: f, packages: {kubelet: 1.30.1-1.1}}\n";
    let definition = definition_of(&format!("{repository}{NODE}"));
    assert!(!definition.base.packages.contains("kubelet"));
    assert_eq!(definition.base.repositories["k"].packages["kubelet"], "1.30.1-1.1");
    let newer = format!("{MINIMAL}{}{NODE}", repository.replace("1.30.1-1.1", "1.31.0-1.1"));
    let error = Project::new(&[("images/a.yaml", &newer), ("images/f", "x")]).error();
    let expected = "`kubernetes.kubelet`: kubelet `1.31.0` does not go with Kubernetes `1.30.1`";
    assert!(error.contains(expected), "{error}");
    assert_eq!(definition.base.repositories["k"].suite, "/");
}

#[test]
fn parts_that_do_not_fit_together_are_refused() {
    let with = |from: &str, to: &str| error_of(&NODE.replace(from, to));
    let table = [
        (
            with("1.30.1", "1.38.0"),
            "`kubernetes.version`: `1.38.0` is a Kubernetes that this imgbuild does not know",
        ),
        (
            with("1.7.28", "3.0.0"),
            "`runtime.containerd_version`: `3.0.0` is a containerd that this imgbuild does not know",
        ),
        (
            with("1.7.28", "1.5.1"),
            "`runtime.containerd_version`: containerd `1.5.1` does not serve kubelet `1.30.1`",
        ),
        (
            with("/{arch}/kubectl", "/v1.33.0/{arch}/kubectl"),
            "`kubernetes.kubectl`: kubectl `1.33.0` does not go with Kubernetes `1.30.1`",
        ),
        (with("[conntrack]", "[jq]"), "`base.packages`: kubeadm `1.30.1` refuses to run without `conntrack`"),
        (with("  packages:", "  hold: [zsh]\n  packages:"), "`base.hold`: `zsh` is held but not installed"),
        (with(", to: /opt/cni/bin", ""), "`runtime.cni.to`: is missing"),
        (
            with("kubernetes:", "artifacts: {kubectl: {to: /x, url: 'http://a.b/'}}\nkubernetes:"),
            "`artifacts.kubectl`: `kubectl` is the name of a component",
        ),
    ];
    for (error, expected) in table {
        assert!(error.contains(expected), "{error}\nexpected {expected}");
    }
}

#[test]
fn composed_images_get_a_path_and_are_checked() {
    let reference = "a.b/c:1";
    let definition = definition_of(&format!("images: {{'{reference}': {{compose: {{packages: [jq]}}}}}}\n"));
    let Image::Compose(compose) = &definition.images[reference] else { panic!() };
    assert!(compose.environment["PATH"].contains("/usr/local/bin"));
    let with = |compose: &str| error_of(&format!("images: {{'{reference}': {{compose: {compose}}}}}\n"));
    assert!(with("{}").contains("has neither packages nor files"));
    assert!(with("{files: {/x: {archive: 'http://a.b/'}}}").contains("is not possible here"));
    assert!(with("{files: {x: {url: 'http://a.b/'}}}").contains("`x` is no absolute path"));
    assert!(with("{files: {/x: {url: 'http://a.b/'}}, links: {/x: y}}").contains("is also in `files`"));
    assert!(with("{packages: [jq]}, digest: x").contains("a composed image has no digest"));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_project_is_refused() {
    let text = format!("{MINIMAL}artifacts: {{x: {{to: /x, file: out}}}}\n");
    let project = Project::new(&[("images/a.yaml", &text)]);
    std::os::unix::fs::symlink("/etc/passwd", project.path("images/out")).unwrap();
    assert!(project.error().contains("`/etc/passwd` is outside of `PROJECT`"), "{}", project.error());
}

#[test]
fn an_override_of_the_source_asks_to_remove_the_inherited_one() {
    let project = Project::new(&[
        ("images/base.yaml", &format!("{MINIMAL}artifacts: {{x: {{to: /x, url: 'http://a.b/'}}}}\n")),
        ("images/a.yaml", "schema: 1\nname: a\nextends: base.yaml\nartifacts: {x: {file: a.yaml}}\n"),
    ]);
    assert_eq!(project.error(), "a.yaml:4:17: `artifacts.x.file`: has both `url` and `file`");
    let hint = error::hint(&project.load().unwrap_err()).unwrap();
    let places = ["`url` was set at", "base.yaml:7:25", "`file` at", "a.yaml:4:17", "to `null`"];
    assert!(places.iter().all(|place| hint.contains(place)), "{hint}");
}

/// Every line of a shipped definition, once left out and once spoilt in several ways.
#[test]
fn whatever_is_wrong_with_a_line_the_error_says_where_and_what_to_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("images/debian-12-archive.yaml");
    let text = fs_err::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let mut refused = 0;
    for index in 0..lines.len() {
        let spoils =
            [String::new(), format!("{}x", lines[index]), lines[index].replace(": ", ": - "), "? [".into()];
        for spoilt in spoils {
            let mut changed = lines.clone();
            changed[index] = &spoilt;
            let Err(error) = parse(&changed.join("\n"), &path) else { continue };
            refused += 1;
            let fault = error::fault(&error).unwrap_or_else(|| panic!("no fault: {error:#}"));
            assert!(fault.message.contains(".yaml") && fault.hint.is_some(), "{spoilt}: {fault:?}");
        }
    }
    assert!(refused > lines.len(), "only {refused} of {} lines were found wrong", lines.len());
}

#[test]
fn nesting_and_repetition_are_bounded() {
    let deep = format!("schema: 1\nname: {}", "[".repeat(100_000));
    assert!(Project::new(&[("images/a.yaml", &deep)]).error().contains("no valid YAML"));
    let mut laughs = "schema: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let ten = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs.extend(["a", &level.to_string(), ": &a", &level.to_string(), " [", &ten, "]\n"]);
    }
    assert!(Project::new(&[("images/a.yaml", &laughs)]).error().contains("no valid YAML"));
    let two = format!("{MINIMAL}---\n{MINIMAL}");
    assert!(Project::new(&[("images/a.yaml", &two)]).error().contains("no valid YAML"));
}
