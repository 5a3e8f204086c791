#!/bin/sh
# Installs what is missing on a fresh Debian 12 or 13, and says what.
#
# usage: install-host-tools.sh bake|test|addons|vagrant|arm64
#
#   bake     what `make bake` needs: building imgbuild, and running its builds without root
#   test     also what `make test` needs: virtual machines, and other people's readers of what imgbuild writes
#   addons   what `make e2e-addons` needs besides `bake`: other people's readers of Kubernetes' objects
#   vagrant  what `make e2e-vagrant` needs besides `bake`: Vagrant, its plugin for libvirt, libvirt itself
#   arm64    what images for arm64 need besides `bake` on an amd64 machine: programs of arm64 run on it, a compiler
#            for them, arm64 machines with their firmware
#
# What shapes the bytes of an image (mke2fs, grub, mmdebstrap) is not here: imgbuild brings its own, pinned.
set -eu

# Package, and a file or command that shows that it is there, however it came.
bake='
apt                     apt-get
bubblewrap              bwrap
ca-certificates         /etc/ssl/certs/ca-certificates.crt
curl                    curl
debian-archive-keyring  /usr/share/keyrings/debian-archive-keyring.gpg
gcc                     cc
git                     git
gpgv                    gpgv
libc6-dev               /usr/include/stdlib.h
make                    make
uidmap                  newuidmap
util-linux              unshare
'
test='
age                     age
dosfstools              fsck.vfat
dpkg-dev                dpkg-scanpackages
e2fsprogs               e2fsck
faketime                faketime
fdisk                   sfdisk
genisoimage             isoinfo
gnupg                   gpg
iproute2                ip
libarchive-tools        bsdtar
librsvg2-bin            rsvg-convert
libxml2-utils           xmllint
kubernetes-client       kubectl
mtools                  mdir
openssh-client          ssh-keygen
openssl                 openssl
ovmf                    /usr/share/OVMF/OVMF_CODE_4M.ms.fd
python3-yaml            /usr/lib/python3/dist-packages/yaml/__init__.py
qemu-system-x86         qemu-system-x86_64
qemu-utils              qemu-img
shellcheck              shellcheck
skopeo                  skopeo
systemd                 systemctl
time                    /usr/bin/time
umoci                   umoci
vde-switch              vde_switch
'
python='
python3                 /usr/bin/python3
python3-venv            /usr/share/doc/python3-venv
'
vagrant='
dnsmasq-base            dnsmasq
libvirt-clients         virsh
libvirt-daemon-system   libvirtd
openssh-client          ssh-keygen
qemu-system-x86         qemu-system-x86_64
qemu-utils              qemu-img
vagrant                 vagrant
vagrant-libvirt         /usr/share/rubygems-integration/all/specifications/vagrant-libvirt-*.gemspec
'
arm64='
gcc-aarch64-linux-gnu   aarch64-linux-gnu-gcc
ipxe-qemu               /usr/lib/ipxe/qemu/efi-virtio.rom
libc6-dev-arm64-cross   /usr/aarch64-linux-gnu/lib/libc.a
qemu-efi-aarch64        /usr/share/AAVMF/AAVMF_CODE.fd
qemu-system-arm         qemu-system-aarch64
qemu-user-static        qemu-aarch64-static
qemu-utils              qemu-img
'

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

present() {
    case $1 in
    /*) # shellcheck disable=SC2086 # a pattern, of which one match is enough
        ls $1 >/dev/null 2>&1 ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
    esac
}

# The packages of the list $1 that are not there.
missing() {
    printf '%s' "$1" | while read -r package proof; do
        if [ -n "$package" ] && ! present "$proof"; then
            echo "$package"
        fi
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "cannot install as user $(id -un) without sudo: run as root, or have root run: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 "$@"
}

# A program of one QEMU package conflicts with a newer other one, such as qemu-utils from backports beside
# qemu-system-x86 from the release. So if the plain way fails, both come from where the installed one did.
install() {
    if apt_get install --no-install-recommends "$@"; then
        return
    fi
    suite=$(suite_of_installed_qemu)
    [ -n "$suite" ] || fail "apt-get could not install: $*"
    say "trying again with QEMU from $suite, where this machine has a part of it from"
    apt_get install --no-install-recommends -t "$suite" "$@"
}

# The suite, other than the release, that offers the installed version of a QEMU package; empty if none does.
suite_of_installed_qemu() {
    for package in qemu-utils qemu-system-x86 qemu-system-common; do
        apt-cache policy "$package"
    done | awk '$1 == "***" { installed = 1; next } installed { sub("/.*", "", $3); print $3; installed = 0 }' |
        grep -m 1 -e -backports || true
}

# A new folder with the package $1 in it, not installed.
downloaded() {
    new=$(mktemp -d)
    (cd "$new" && apt-get -q download "$1") >&2
    echo "$new"
}

# cloud-init's own check of what imgbuild renders. The package would take hold of this machine at its next boot,
# so its program alone is unpacked, aside from the system, with the Python packages that it depends on.
cloud_init=/usr/local/lib/imgbuild/cloud-init

install_cloud_init() {
    if present cloud-init; then
        return
    fi
    say "unpacking cloud-init into $cloud_init"
    folder=$(downloaded cloud-init)
    # shellcheck disable=SC2046 # one word for each package
    install $(dpkg-deb -f "$folder"/cloud-init_*.deb Depends | tr ',' '\n' | grep -o 'python3-[a-z0-9-]*')
    as_root mkdir -p "$cloud_init"
    as_root dpkg-deb -x "$folder"/cloud-init_*.deb "$cloud_init"
    printf '#!/bin/sh\nPYTHONPATH=%s exec /usr/bin/python3 -m cloudinit.cmd.main "$@"\n' \
        "$cloud_init/usr/lib/python3/dist-packages" >"$folder/cloud-init"
    as_root cp "$folder/cloud-init" /usr/local/bin/cloud-init
    as_root chmod 755 /usr/local/bin/cloud-init
    rm -r "$folder"
}

# Readers that other people wrote, as PyPI has them, each set in a virtual environment of its own: versions that are
# pinned in tests/$1/requirements.txt, and nothing of the system's.
install_python() {
    requirements=$(dirname "$0")/../tests/$1/requirements.txt
    folder=${XDG_CACHE_HOME:-$HOME/.cache}/imgbuild/python/$1
    if cmp -s "$requirements" "$folder/requirements.txt"; then
        return
    fi
    say "installing what tests/$1/requirements.txt names into $folder"
    rm -rf "$folder"
    /usr/bin/python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$requirements"
    cp "$requirements" "$folder/requirements.txt"
}

# A registry to test pulls against. Its package would start one for everybody to reach, so the program alone is
# taken from it.
install_docker_registry() {
    if present docker-registry; then
        return
    fi
    say "unpacking docker-registry into /usr/local/bin"
    folder=$(downloaded docker-registry)
    dpkg-deb -x "$folder"/docker-registry_*.deb "$folder"
    as_root cp "$folder/usr/bin/docker-registry" /usr/local/bin/docker-registry
    as_root chmod 755 /usr/local/bin/docker-registry
    rm -r "$folder"
}

# Programs of arm64 run on this machine if its kernel was told through what. Packages are installed in roots of their
# own, so it must have opened qemu-user beforehand (flag F). Where systemd runs, the package has seen to all of it.
register_arm64() {
    handlers=/proc/sys/fs/binfmt_misc
    [ "$(uname -m)" != aarch64 ] || return 0
    [ -e $handlers/register ] || as_root mount -t binfmt_misc binfmt_misc $handlers
    if [ -e $handlers/qemu-aarch64 ]; then
        return
    fi
    say "telling the kernel to run programs of arm64 through qemu-user"
    as_root sh -c "cat /usr/lib/binfmt.d/qemu-aarch64.conf >$handlers/register"
}

# rustc comes from rustup, or from a Debian that has 1.89; which one is up to the user, as long as it is there.
check_rust() {
    PATH=$PATH:$HOME/.cargo/bin command -v cargo >/dev/null ||
        fail "there is no cargo: install Rust 1.89 or newer (rustup), then run this again"
}

main() {
    case ${1-} in
    bake) wanted=$bake ;;
    test) wanted=$bake$python$test ;;
    addons) wanted=$bake$python ;;
    vagrant) wanted=$bake$vagrant ;;
    arm64) wanted=$bake$arm64 ;;
    *) fail "usage: ${0##*/} bake|test|addons|vagrant|arm64" ;;
    esac
    command -v apt-get >/dev/null || fail "there is no apt-get here: this script knows Debian only"
    check_rust
    install_missing "$1"
    case $1 in
    test)
        install_cloud_init
        install_docker_registry
        install_python papers
        install_python aws
        ;;
    addons) install_python addons ;;
    arm64) register_arm64 ;;
    esac
}

install_missing() {
    packages=$(missing "$wanted")
    if [ -z "$packages" ]; then
        say "nothing is missing for $1"
        return
    fi
    # shellcheck disable=SC2086 # one word for each package
    set -- $packages
    say "installing $*"
    apt_get update
    install "$@"
}

main "$@"
