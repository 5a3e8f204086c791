//! The templates that imgbuild carries, by their path in `templates/`.

/// Makes `(name, text)` pairs of the files of those names.
macro_rules! table {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/", $name)))),*]
    };
}

/// Sorted by name.
pub const TABLE: &[(&str, &str)] = table![
    "boot/grub.cfg",
    "cloud-init/90-imgbuild.cfg",
    "containerd/config-v2.toml",
    "containerd/config-v3.toml",
    "containerd/config.toml",
    "containerd/containerd.service",
    "containerd/crictl.yaml",
    "etc/fstab",
    "etc/hosts",
    "etc/modules-load.conf",
    "etc/sysctl.conf",
    "host/hosts",
    "host/k8s-all",
    "host/kubeconfig.sh",
    "imgbuild/imgbuild-initiator-name.service",
    "imgbuild/imgbuild-node.service",
    "imgbuild/imgbuild-ssh-host-keys.service",
    "imgbuild/initiator-name",
    "imgbuild/k8sver",
    "keepalived/check-api-server",
    "keepalived/keepalived.conf",
    "kubelet/10-kubeadm.conf",
    "kubelet/kubelet.service",
    "vagrant/box-libvirt.rb",
    "vagrant/box-virtualbox.rb",
    "vagrant/box.ovf",
];
