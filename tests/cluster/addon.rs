//! The addon `trial`, which is all baked files: applied in order, patched, ready, and applied again when edited.

use super::{POD_LIMIT, trial::Trial};

const OPERATOR: [&str; 4] = ["--namespace", "trial", "get", "deployment/trial-operator"];

/// The agent is done, so all of it must be there.
pub fn went_the_whole_way(trial: &Trial) {
    let get = |what: &[&str], path: &str| {
        let path = format!("jsonpath={path}");
        trial.kubectl(&[what, &["--output", path.as_str()][..]].concat())
    };
    assert_eq!(
        get(&["get", "trial.example.org/settings"], "{.spec.podNetwork} {.spec.edited}"),
        "172.31.0.0/16 never"
    );
    assert_eq!(get(&OPERATOR, "{.spec.replicas} {.status.readyReplicas}"), "2 2");
    let class = get(&["get", "ingressclass/trial"], "{.metadata.annotations}");
    assert!(class.contains(r#""ingressclass.kubernetes.io/is-default-class":"true""#), "{class}");
    let service = ["--namespace", "trial", "get", "service/trial"];
    assert_eq!(get(&service, "{.spec.ports[?(@.name=='http')].nodePort}"), "30080");
    assert_eq!(steps(trial), ["trial"]);
}

/// As a person would edit it; the agent must see it by itself, and patch what it applies.
pub fn is_applied_again_when_edited(trial: &Trial) {
    let scale = ["--namespace", "trial", "scale", "deployment/trial-operator", "--replicas=1"];
    trial.kubectl(&scale);
    trial.apply(include_str!("editor.yaml"));
    let edited = ["get", "trial.example.org/settings", "--output=jsonpath={.spec.edited}"];
    trial.until(POD_LIMIT, &edited, |edited| edited == "by-hand");
    let replicas = [&OPERATOR[..], &["--output=jsonpath={.spec.replicas}"][..]].concat();
    trial.until(POD_LIMIT, &replicas, |replicas| replicas == "2");
}

/// Names of the addons that the first control plane has applied.
fn steps(trial: &Trial) -> Vec<String> {
    let history = trial.status("host01").unwrap().history;
    let addons = history.into_iter().filter(|done| done.phase == imgbuild::node::status::Phase::Addons);
    addons.map(|done| done.step).collect()
}
