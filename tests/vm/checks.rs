//! The checks that must report, by the row of the image's promises that they stand for.

/// Row and the functions in `guest/checks/` that hold it, in the order in which they run: first what other
/// checks would leave behind.
pub const ALL: [(&str, &[&str]); 13] = [
    (
        "nothing that is not the image's",
        &[
            "package_lists_are_absent",
            "package_caches_are_absent",
            "logs_of_the_build_are_absent",
            "cloud_init_knows_this_machine_only",
            "machine_has_an_id",
            "machine_has_ssh_host_keys",
            "machine_has_an_initiator_name",
        ],
    ),
    ("the machine", &["system_is_running", "no_unit_has_failed", "firmware_is_as_wanted"]),
    (
        "containerd",
        &[
            "containerd_is_active",
            "containerd_answers",
            "containerd_uses_systemd_cgroups",
            "containerd_has_the_sandbox_image",
            "containerd_config_has_its_version",
        ],
    ),
    (
        "kubernetes",
        &[
            "kubelet_has_its_version",
            "kubeadm_has_its_version",
            "kubectl_has_its_version",
            "crictl_is_as_defined",
            "held_packages_stay",
        ],
    ),
    ("on-host agent", &["agent_is_static_and_waits_for_its_configuration"]),
    ("kubelet unit", &["kubelet_is_enabled", "kubelet_has_the_drop_in_of_kubeadm"]),
    (
        "kernel",
        &["modules_are_loaded", "modules_are_persistent", "sysctls_are_set", "sysctls_are_persistent"],
    ),
    (
        "storage",
        &[
            "iscsid_is_enabled",
            "iscsid_has_its_socket",
            "iscsi_tcp_can_be_loaded",
            "nfs_can_be_mounted",
            "multipathd_is_off",
        ],
    ),
    ("tools", &["conntrack_runs", "iptables_runs", "ethtool_runs", "socat_runs"]),
    ("time", &["time_is_synchronised"]),
    (
        "cloud-init",
        &[
            "cloud_init_is_done",
            "cloud_init_has_no_errors",
            "cloud_init_warns_of_nothing",
            "datasources_are_pinned",
            "user_data_fits_the_schema",
            "apt_knows_the_suites_of_the_release",
        ],
    ),
    ("disk", &["root_has_grown_to_the_disk"]),
    (
        "artifacts",
        &[
            "image_layout_is_whole_and_deduplicated",
            "image_can_be_imported_without_copying_its_layers",
            "sandbox_image_can_be_imported_and_run",
            "addon_manifests_have_their_folder",
            "k8sver_can_be_sourced",
            "image_says_what_it_is",
        ],
    ),
];

/// Values that every machine must have of its own.
pub const IDENTITIES: [&str; 3] = ["machine-id", "initiator-name", "ssh-host-key-ed25519"];

/// All names, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|(_, names)| names.iter().copied())
}

/// Files of the guest: path below its folder, and content.
pub const FILES: [(&str, &str); 13] = [
    ("run.sh", include_str!("guest/run.sh")),
    ("one.sh", include_str!("guest/one.sh")),
    ("values.sh", include_str!("guest/values.sh")),
    ("layout.py", include_str!("guest/layout.py")),
    ("checks/artifacts.sh", include_str!("guest/checks/artifacts.sh")),
    ("checks/cloud_init.sh", include_str!("guest/checks/cloud_init.sh")),
    ("checks/hygiene.sh", include_str!("guest/checks/hygiene.sh")),
    ("checks/kernel.sh", include_str!("guest/checks/kernel.sh")),
    ("checks/kubernetes.sh", include_str!("guest/checks/kubernetes.sh")),
    ("checks/runtime.sh", include_str!("guest/checks/runtime.sh")),
    ("checks/storage.sh", include_str!("guest/checks/storage.sh")),
    ("checks/system.sh", include_str!("guest/checks/system.sh")),
    ("checks/tools.sh", include_str!("guest/checks/tools.sh")),
];

#[test]
fn each_name_is_a_function_of_the_guest() {
    for name in names() {
        let function = format!("\n{name}() {{\n");
        let files = FILES.iter().filter(|(_, content)| content.contains(&function)).count();
        assert_eq!(files, 1, "{name}");
    }
}
