//! Which Debian package brings a program.

/// The package to install for `program`; its own name if nothing better is known.
pub fn of(program: &str) -> &str {
    match program {
        "apt-get" | "apt-cache" => "apt",
        "bsdtar" => "libarchive-tools",
        "bwrap" => "bubblewrap",
        "debugfs" | "mke2fs" => "e2fsprogs",
        "dpkg-deb" => "dpkg",
        "isoinfo" => "genisoimage",
        "mcopy" | "mdir" | "mmd" => "mtools",
        "mkfs.vfat" | "fsck.vfat" => "dosfstools",
        "newuidmap" | "newgidmap" => "uidmap",
        "qemu-img" => "qemu-utils",
        "qemu-system-aarch64" => "qemu-system-arm",
        "qemu-system-x86_64" => "qemu-system-x86",
        "rsvg-convert" => "librsvg2-bin",
        "sfdisk" => "fdisk",
        "ssh-keygen" => "openssh-client",
        "systemctl" => "systemd",
        "unshare" => "util-linux",
        "vde_switch" => "vde-switch",
        "xmllint" => "libxml2-utils",
        other => other,
    }
}
