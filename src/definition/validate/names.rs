//! Syntax of names: Debian's, Kubernetes', systemd's, and imgbuild's own.

pub use crate::document::names::{image, line};

use crate::document::names::{Checked, lower, require};

/// Name of an artifact, repository or stage.
pub fn label(text: &str) -> Checked {
    let valid = lower(text, b"-_.") && text.len() <= 64;
    require(valid, text, "name", "use lower-case letters, digits, `-`, `_` and `.`: `calicoctl`")
}

/// File name of a manifest.
pub fn manifest(text: &str) -> Checked {
    let extension = [".yaml", ".yml", ".json"].iter().any(|extension| text.ends_with(extension));
    let valid = lower(text, b"-_.") && extension && text.len() <= 128;
    require(valid, text, "file name of a manifest", "use lower-case letters, digits and `-`: `calico.yaml`")
}

/// Package name (Debian Policy 5.6.7).
pub fn package(text: &str) -> Checked {
    let hint = if text.contains('=') {
        "versions are pinned by the lock; write only the name"
    } else {
        "write the name of a Debian package: `iproute2`"
    };
    require(lower(text, b"+-.") && text.len() >= 2, text, "package name", hint)
}

/// Package version (Debian Policy 5.6.12).
pub fn package_version(text: &str) -> Checked {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let digits = !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit());
    let upstream = rest.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let valid = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-~:".contains(&b));
    let hint = "write the whole version as `apt-cache policy` prints it: `1.36.4-1.1`";
    require(digits && upstream && valid, text, "package version", hint)
}

/// Suite of the distribution's archive.
pub fn suite(text: &str) -> Checked {
    let clean = !text.split('/').any(|part| part.is_empty() || part == "..");
    require(lower(text, b"-_./") && clean, text, "suite", "write a suite as in `sources.list`: `bookworm`")
}

/// Suite of a further repository: also a path that ends in `/`, for a flat one.
pub fn repository_suite(text: &str) -> Checked {
    let path = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~+".contains(&b));
    let clean = text.split('/').all(|part| path(part) && part != "..") && !text.contains("//");
    let hint = "write a suite such as `stable`, or a path that ends in `/` for a flat repository";
    require(!text.is_empty() && clean, text, "suite of a repository", hint)
}

/// Archive area.
pub fn component(text: &str) -> Checked {
    require(lower(text, b"-_./"), text, "component", "write a component as in `sources.list`: `main`")
}

/// Full name of a systemd unit (systemd.unit(5)).
pub fn unit(text: &str) -> Checked {
    const TYPES: [&str; 9] =
        ["service", "socket", "timer", "target", "path", "mount", "automount", "swap", "slice"];
    let (name, kind) = text.rsplit_once('.').unwrap_or((text, ""));
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b":-_.\\@".contains(&b));
    let valid = plain && !name.is_empty() && TYPES.contains(&kind) && text.len() <= 255;
    require(valid, text, "unit name", "write the whole name with its type: `containerd.service`")
}

/// Name of an environment variable.
pub fn variable(text: &str) -> Checked {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let valid = text.bytes().all(plain) && text.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    require(valid, text, "name of a variable", "use letters, digits and `_`: `GOFLAGS`")
}

/// An argument of the kernel command line. It is written into GRUB's script, so nothing is allowed that GRUB
/// or the kernel would take apart.
pub fn kernel_argument(text: &str) -> Checked {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.,:=/@+%*!".contains(&b);
    let valid = !text.is_empty() && text.bytes().all(plain);
    let text = text.escape_debug().to_string();
    require(valid, &text, "kernel argument", "write one argument per item, without quotes and spaces")
}

/// A kubeadm phase: `preflight`, `addon/coredns`.
pub fn phase(text: &str) -> Checked {
    let valid = text.split('/').all(|part| lower(part, b"-"));
    require(valid, text, "kubeadm phase", "write it as `kubeadm init --help` does: `addon/coredns`")
}

/// Version of containerd.
pub fn containerd_version(text: &str) -> Checked {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let valid = text.split('.').count() == 3 && text.split('.').all(number);
    require(valid, text, "version of containerd", "write all three numbers: `2.3.4`")
}

/// Repository of container images, without tag: `registry.k8s.io`.
pub fn image_repository(text: &str) -> Checked {
    let hint = "write registry and path without tag: `registry.k8s.io`";
    require(repository_parts(text), text, "image repository", hint)
}

/// Container image by registry, path and tag: `registry.k8s.io/pause:3.10`.
pub fn image_reference(text: &str) -> Checked {
    let hint = if text.contains('@') {
        "write the digest as `digest:` below the reference"
    } else {
        "write registry, path and tag: `docker.io/library/busybox:1.37`"
    };
    let tag = |tag: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        let rest = tag.bytes().all(|b| plain(b) || b == b'-' || b == b'.');
        tag.bytes().next().is_some_and(plain) && rest && tag.len() <= 128
    };
    let split = text.rsplit_once(':').filter(|(repository, _)| repository.contains('/'));
    let valid = split.is_some_and(|(repository, t)| repository_parts(repository) && tag(t));
    require(valid, text, "image reference", hint)
}

/// A registry host, perhaps with a port, then path components (OCI distribution specification).
fn repository_parts(text: &str) -> bool {
    let (registry, path) = text.split_once('/').map_or((text, None), |(host, path)| (host, Some(path)));
    let (host, port) = registry.split_once(':').map_or((registry, None), |(host, port)| (host, Some(port)));
    let port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let named = host == "localhost" || host.contains('.') || registry.contains(':');
    let component = |part: &str| lower(part, b"-_.") && !part.ends_with(['-', '_', '.']);
    named
        && port
        && host.split('.').all(|l| lower(l, b"-"))
        && path.is_none_or(|p| p.split('/').all(component))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::names::table;

    #[test]
    fn names_of_labels_and_manifests() {
        table(label, &["a", "kubernetes", "a_b.c-1"], &["", "_a", "A", "a/b", "../a"]);
        table(manifest, &["calico.yaml", "a-b_c.json"], &["", "calico", "../a.yaml", "a b.yaml", ".yaml"]);
    }

    #[test]
    fn packages_as_debian_policy_writes_them() {
        table(
            package,
            &["g++-12", "libc6", "0ad"],
            &["", "a", "A1", "-a", "a_b", "apt:i386", "jq=1.6", "a b"],
        );
        table(
            package_version,
            &["1.36.4-1.1", "1:9.2p1-2+deb12u10", "1.6.20~ds1-1+b1"],
            &["", "v1", ":1", "a:1", "1 2", "1_2", "1\n"],
        );
        assert!(package("jq=1.6").unwrap_err().hint.unwrap().contains("only the name"));
    }

    #[test]
    fn archives() {
        table(
            suite,
            &["bookworm", "bookworm-security", "stable/updates"],
            &["", "/", "a/", "../a", "A", "a b"],
        );
        table(repository_suite, &["stable", "/", "./", "deb/", "a/b/"], &["", "a b", "../", "a//b", "a\n"]);
        table(component, &["main", "non-free-firmware"], &["", "a b", "-"]);
    }

    #[test]
    fn units_variables_arguments_phases() {
        table(
            unit,
            &["a.service", "getty@tty1.service", "a.b.timer"],
            &["", "a", ".service", "a.b", "a/b.service"],
        );
        table(variable, &["A", "_a1", "GO111MODULE"], &["", "1A", "A-B", "A=B"]);
        table(
            kernel_argument,
            &["quiet", "console=ttyS0,115200"],
            &["", "a b", "a\"", "a'", "a\n", "$a", "a;b"],
        );
        table(phase, &["preflight", "addon/coredns"], &["", "/", "addon/", "Addon"]);
        table(containerd_version, &["1.6.20", "2.3.4"], &["", "2", "2.3", "v2.3.4", "2.3.4-rc.1"]);
    }

    #[test]
    fn references_name_registry_path_and_tag() {
        table(
            image_reference,
            &["registry.k8s.io/pause:3.10", "localhost:5000/a/b:v1", "docker.io/library/busybox:1.37"],
            &[
                "",
                "pause:3.10",
                "busybox",
                "library/busybox:1",
                "registry.k8s.io/pause",
                "a.b/C:1",
                "a.b/c:",
                "a.b/c:-",
            ],
        );
        assert!(image_reference("a.b/c@sha256:00").unwrap_err().hint.unwrap().contains("digest:"));
        table(
            image_repository,
            &["registry.k8s.io", "imgbuild.local/archive"],
            &["", "archive", "a.b/", "a.b/c:1"],
        );
    }
}
