//! kubeadm writes a kubelet's arguments as `KUBELET_KUBEADM_ARGS="--a=b --c=d"` into a file that systemd reads as an
//! `EnvironmentFile`. What is accepted comes out of it as it went in, by a real shell and by systemd's own parser.
//!
//! `systemd-run` would need a systemd that runs. But the parser of `EnvironmentFile` reads `environment.d` too, and
//! the generator for that prints what it has read, for a shell. How systemd then splits `$KUBELET_KUBEADM_ARGS` is not
//! tried: at white space outside quotes, and what is accepted has neither.

use super::*;
use crate::cluster::raw::RawCluster;
use crate::document::Document;
use crate::process::foreign;
use proptest::prelude::*;
use std::path::Path;

const GENERATOR: &str = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

/// Those of `values` that a definition may have.
fn accepted(values: impl IntoIterator<Item = String>) -> Vec<String> {
    let document = Document::read::<RawCluster>("schema: 1\n", Path::new("a.yaml")).unwrap();
    let flags = |value: &String| Flags::from([("x".to_owned(), value.clone())]);
    values.into_iter().filter(|value| kubelet(flags(value), &document.root()).is_ok()).collect()
}

/// The arguments that a shell finds in the file at `path`; unlike systemd, it would take patterns for file names.
fn arguments_in(path: &Path) -> Vec<String> {
    let script = r#". "$0"; set -f; printf '%s\0' $KUBELET_KUBEADM_ARGS"#;
    let said = foreign("sh").args(["-c", script]).arg(path).text().unwrap();
    said.split_terminator('\0').map(str::to_owned).collect()
}

fn assert_kept(values: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let (written, read) = (folder.path().join("environment.d/kubeadm.conf"), folder.path().join("read"));
    let arguments: Vec<String> = values.iter().map(|value| format!("--x={value}")).collect();
    fs_err::create_dir(folder.path().join("environment.d")).unwrap();
    fs_err::write(&written, format!("KUBELET_KUBEADM_ARGS=\"{}\"\n", arguments.join(" "))).unwrap();
    assert_eq!(arguments_in(&written), arguments);
    let systemd = foreign(GENERATOR).env("XDG_CONFIG_HOME", folder.path());
    fs_err::write(&read, systemd.output().unwrap()).unwrap();
    assert_eq!(arguments_in(&read), arguments);
}

#[test]
fn every_character_that_is_accepted_is_kept() {
    let values = accepted((0..=u8::MAX).map(|byte| format!("a{}b", char::from(byte))));
    assert_eq!(values.len(), 94 - 5, "what ASCII can print, without quotes, `$` and backslash: {values:?}");
    assert_kept(&values);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn every_value_that_is_accepted_is_kept(values in proptest::collection::vec("[!-~]{0,12}", 64)) {
        assert_kept(&accepted(values));
    }
}
