//! `bootstrap: manual`: what a person types, in the order of the book.

use super::configuration::{DIRECTORY, KUBEADM, NodeConfiguration, Role, When};

/// The commands, one a line.
pub fn commands(configuration: &NodeConfiguration) -> Vec<String> {
    let mut commands = Vec::new();
    let unit = configuration.endpoint.unit.iter().map(|unit| format!("systemctl enable --now {unit}"));
    match configuration.role {
        Role::FirstControlPlane => {
            commands.extend(unit);
            commands.push(format!("kubeadm init --config {KUBEADM}{}", options(configuration)));
        }
        Role::ControlPlane | Role::Worker => {
            commands.push(format!("kubeadm join --config {KUBEADM}{}", options(configuration)));
            commands.extend(unit.filter(|_| configuration.role == Role::ControlPlane));
        }
    }
    let after = configuration.install.iter().filter(|file| file.when == When::AfterKubeadm);
    commands.extend(
        after.map(|file| format!("install -D -m {:04o} {DIRECTORY}/{} {}", file.mode, file.from, file.to)),
    );
    let manifests = configuration.addons.iter().flat_map(|addon| &addon.manifests);
    commands.extend(manifests.map(|manifest| {
        format!("kubectl --kubeconfig /etc/kubernetes/admin.conf apply --server-side -f {manifest}")
    }));
    commands
}

fn options(configuration: &NodeConfiguration) -> String {
    let kubeadm = &configuration.kubeadm;
    let skipped = match configuration.role {
        Role::FirstControlPlane => &kubeadm.skip_init_phases,
        Role::ControlPlane | Role::Worker => &kubeadm.skip_join_phases,
    };
    let option = |name: &str, values: &[String]| {
        if values.is_empty() { String::new() } else { format!(" --{name}={}", values.join(",")) }
    };
    let mut options = option("skip-phases", skipped);
    options += &option("ignore-preflight-errors", &kubeadm.ignore_preflight_errors);
    for argument in &kubeadm.arguments {
        options += " ";
        options += argument;
    }
    options
}
