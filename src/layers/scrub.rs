//! What must not be in an image although installing packages leaves it in a root.
//!
//! Either it must differ from host to host (identities), or it tells of the build machine, or it differs from
//! build to build. Each host makes its own at first boot.

use super::entry::{Content, Entry};
use super::pattern::Pattern;
use super::tree::Tree;
use crate::Result;

/// Pattern over absolute paths, and why what matches must go. Folders that match stay unless they are named
/// without a `*`; what they hold goes.
const REMOVED: [(&str, &str); 31] = [
    ("/etc/ssh/ssh_host_*", "host keys: cloud-init makes them at first boot"),
    ("/etc/iscsi/initiatorname.iscsi", "iSCSI initiator name: an overlay says that iscsid makes one"),
    ("/etc/nvme/hostid", "NVMe host identity: nvme-cli makes it when it is installed"),
    ("/etc/nvme/hostnqn", "NVMe host identity: nvme-cli makes it when it is installed"),
    ("/etc/ssl/private/ssl-cert-snakeoil.key", "host key that the package ssl-cert makes"),
    ("/etc/ssl/certs/ssl-cert-snakeoil.pem", "certificate of that key"),
    ("/var/lib/dbus/machine-id", "machine identity: dbus takes that of systemd"),
    ("/var/lib/systemd/random-seed", "entropy shared by all hosts is none"),
    ("/var/lib/systemd/credential.secret", "host secret"),
    ("/etc/hostname", "mmdebstrap copies the build machine's"),
    ("/etc/resolv.conf", "mmdebstrap copies the build machine's"),
    ("/etc/apt/sources.list", "names the build repository; cloud-init writes a host's own"),
    ("/etc/apt/sources.list.d/0000*", "names the build repository"),
    ("/etc/passwd-", "backup"),
    ("/etc/group-", "backup"),
    ("/etc/shadow-", "backup"),
    ("/etc/gshadow-", "backup"),
    ("/etc/subuid-", "backup"),
    ("/etc/subgid-", "backup"),
    ("/etc/.pwd.lock", "lock file"),
    ("/var/lib/dpkg/*-old", "backup"),
    ("/var/lib/dpkg/lock*", "lock file"),
    ("/var/lib/dpkg/triggers/Lock", "lock file"),
    ("/var/lib/apt/lists/*", "package lists of the build repository"),
    ("/var/lib/cloud/*", "state of a host's first boot"),
    ("/var/cache/*", "caches: made again when needed, ldconfig's holds inode numbers"),
    ("/var/log/*", "logs of the installation"),
    ("/tmp/*", "left by the installation"),
    ("/var/tmp/*", "left by the installation"),
    ("/run/*", "left by the installation; hidden by a tmpfs at run time"),
    ("/dev/*", "device nodes of the build; the kernel brings its own"),
];

/// Folders below a removed place that programs expect to exist.
const KEPT_FOLDERS: [&str; 4] = ["/var/cache/", "/var/log/", "/var/lib/apt/lists/", "/var/lib/cloud/"];

/// Empty, so that systemd makes an id at first boot without taking it for an unconfigured system, whose
/// units it would enable by preset (machine-id(5), "First Boot Semantics").
const MACHINE_ID: &str = "etc/machine-id";

/// Takes everything out of `tree` that no image may have.
pub fn scrub(tree: &mut Tree) -> Result<()> {
    let patterns: Vec<Pattern> = REMOVED.iter().map(|(pattern, _)| Pattern::new(pattern)).collect();
    let removed = |(path, entry): (&str, &Entry)| {
        let absolute = format!("/{path}");
        let kept = entry.node == super::entry::Node::Directory
            && KEPT_FOLDERS.iter().any(|folder| absolute.starts_with(folder));
        let gone = !kept && patterns.iter().any(|pattern| pattern.matches(&absolute));
        gone.then(|| path.to_owned())
    };
    let paths: Vec<String> = tree.iter().filter_map(removed).collect();
    for path in paths {
        tree.remove(&path);
    }
    tree.insert(MACHINE_ID, Entry::file(Content::Bytes(Vec::new()), 0o444))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(paths: &[&str]) -> Vec<String> {
        let mut tree = Tree::new(0);
        for path in paths {
            tree.insert(path, Entry::file(Content::Bytes(b"x".to_vec()), 0o644)).unwrap();
        }
        scrub(&mut tree).unwrap();
        tree.iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn identities_and_leftovers_go() {
        for path in [
            "etc/ssh/ssh_host_rsa_key.pub",
            "etc/iscsi/initiatorname.iscsi",
            "etc/hostname",
            "etc/shadow-",
            "var/lib/dpkg/status-old",
            "var/lib/apt/lists/x_Packages",
            "var/cache/ldconfig/aux-cache",
            "var/log/apt/history.log",
            "etc/ssl/private/ssl-cert-snakeoil.key",
            "tmp/x",
            "var/tmp/x",
            "dev/null",
        ] {
            assert!(!scrubbed(&[path]).contains(&path.to_owned()), "{path}");
        }
    }

    #[test]
    fn what_programs_need_stays() {
        let kept = ["etc/ssh/sshd_config", "etc/shadow", "var/lib/dpkg/status", "usr/share/cache/x"];
        let left = scrubbed(&kept);
        assert!(kept.iter().all(|path| left.contains(&(*path).to_owned())), "{left:?}");
        assert!(scrubbed(&["var/log/apt/history.log"]).contains(&"var/log/apt".to_owned()));
    }

    #[test]
    fn the_machine_id_is_there_and_empty() {
        let mut tree = Tree::new(0);
        tree.insert(MACHINE_ID, Entry::file(Content::Bytes(b"0123".to_vec()), 0o444)).unwrap();
        scrub(&mut tree).unwrap();
        let entry = tree.get(MACHINE_ID).unwrap();
        assert_eq!(entry.node, super::super::entry::Node::File(Content::Bytes(Vec::new())));
    }
}
