//! `kubeadm init`, phase by phase, so that each is recorded and a power cut costs one phase.

use super::configuration::{KUBEADM, NodeConfiguration};
use super::failure::{Failure, Outcome};
use super::files;
use super::host::{Command, Host, Told};
use std::time::Duration;

/// Far more than any phase takes, even in emulation.
pub const LIMIT: Duration = Duration::from_secs(40 * 60);
/// kubeadm's exit codes are 1 (a deed failed), 2 (preflight) and 3 (`ValidationExitCode`: its configuration or
/// arguments are wrong; `cmd/kubeadm/app/util/error.go`).
const VALIDATION: i32 = 3;

/// Runs one phase.
pub fn phase(host: &impl Host, configuration: &NodeConfiguration, phase: &[String]) -> Outcome {
    if phase.first().is_some_and(|name| name == "certs") {
        // kubeadm keeps what it finds, so all that was made beforehand must be there, and whole
        files::install_pki(host, configuration)?;
    }
    let command = Command::new(["kubeadm", "init", "phase"]).args(phase);
    let command = command.args(["--config", &host.path(KUBEADM).to_string_lossy()]);
    let command = ignoring(command, configuration, phase.first().is_some_and(|name| name == "preflight"));
    judge(&host.run(&command.limit(LIMIT).loud())?)
}

/// With the preflight errors to be ignored, where kubeadm takes them.
pub fn ignoring(command: Command, configuration: &NodeConfiguration, preflight: bool) -> Command {
    let ignored = &configuration.kubeadm.ignore_preflight_errors;
    if ignored.is_empty() || !preflight {
        return command;
    }
    command.args(["--ignore-preflight-errors", &ignored.join(",")])
}

/// What kubeadm's end means.
pub fn judge(told: &Told) -> Outcome {
    match told.code {
        0 => Ok(None),
        VALIDATION => Err(Failure::Never(format!("kubeadm refuses its configuration: {}", told.reason()))),
        _ => Err(Failure::Again(format!("kubeadm: {}", explain(told)))),
    }
}

/// The reason, with what it means where kubeadm's words do not say that to everyone.
fn explain(told: &Told) -> String {
    const MEANINGS: [(&str, &str); 4] = [
        ("none of the public keys", "refused: the cluster's CA is not the pinned one"),
        (
            "could not find a JWS signature",
            "refused: the bootstrap token is wrong, has expired, or is not there yet",
        ),
        ("failed to verify JWS signature", "refused: the bootstrap token is wrong"),
        ("no space left on device", "the disk is full"),
    ];
    let reason = told.reason();
    let meaning = MEANINGS.iter().find(|(text, _)| told.said.contains(text));
    meaning.map_or_else(|| reason.clone(), |(_, meaning)| format!("{meaning} ({reason})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: i32, said: &str) -> Told {
        Told { code, stdout: Vec::new(), said: said.to_owned() }
    }

    #[test]
    fn validation_is_never_tried_again() {
        assert_eq!(judge(&Told::success()), Ok(None));
        let never = judge(&told(3, "error: unknown field"));
        assert_eq!(
            never,
            Err(Failure::Never("kubeadm refuses its configuration: error: unknown field".into()))
        );
        for code in [1, 2, 124, -1] {
            assert!(matches!(judge(&told(code, "error: x")), Err(Failure::Again(_))), "{code}");
        }
    }

    #[test]
    fn a_wrong_ca_is_said() {
        let said = "error execution phase preflight: couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys \"sha256:aa\" are pinned";
        let Err(Failure::Again(why)) = judge(&told(1, said)) else { panic!() };
        assert!(why.starts_with("kubeadm: refused: the cluster's CA is not the pinned one (error"), "{why}");
    }
}
