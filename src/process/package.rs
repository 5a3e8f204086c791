//! Which Debian package brings a program.

/// The package to install for `program`; its own name if nothing better is known.
pub fn of(program: &str) -> &str {
    match program {
        "apt-get" | "apt-cache" => "apt",
        "bwrap" => "bubblewrap",
        "newuidmap" | "newgidmap" => "uidmap",
        "unshare" => "util-linux",
        "qemu-img" => "qemu-utils",
        "qemu-system-x86_64" => "qemu-system-x86",
        "qemu-system-aarch64" => "qemu-system-arm",
        other => other,
    }
}
