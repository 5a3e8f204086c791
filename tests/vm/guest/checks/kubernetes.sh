# Kubernetes' programs, the kubelet's unit, and that upgrades leave them alone.

kubelet_has_its_version() {
    same "$(kubelet --version)" "Kubernetes $EXPECTED_KUBERNETES"
}

kubeadm_has_its_version() {
    same "$(kubeadm version -o short)" "$EXPECTED_KUBERNETES"
}

# What distributors add behind a plus sign is no other version.
kubectl_has_its_version() {
    version=$(kubectl version --client -o json | json '["clientVersion"]["gitVersion"]')
    same "${version%%+*}" "$EXPECTED_KUBECTL"
}

crictl_is_as_defined() {
    if [ -z "$EXPECTED_CRICTL" ]; then
        echo "this image should have no crictl"
        refuse command -v crictl
        return
    fi
    same "$(crictl --version)" "crictl version $EXPECTED_CRICTL"
    crictl info >/dev/null
}

same() {
    echo "got $1, not $2"
    [ "$1" = "$2" ]
}

# The part $1 (a Python subscript) of the JSON document on stdin.
json() {
    python3 -c "import json, sys; print(json.load(sys.stdin)$1)"
}

kubelet_is_enabled() {
    same "$(systemctl is-enabled kubelet)" enabled
}

kubelet_has_the_drop_in_of_kubeadm() {
    start=$(systemctl show -p ExecStart --value kubelet)
    paths=$(systemctl show -p DropInPaths --value kubelet)
    echo "drop-ins are '$paths', it starts '$start'"
    [[ $paths == *10-kubeadm.conf* ]]
    [[ $start == *KUBELET_KUBECONFIG_ARGS* ]]
}

# A repository in a folder offers version 9999 of every held package, and of one that nothing holds, to see
# that this would be taken.
held_packages_stay() {
    folder=$(mktemp -d)
    for package in $EXPECTED_HELD bash; do
        offer "$package" "$folder"
    done
    simulated=$(upgrade_from "$folder")
    echo "$simulated"
    grep -q '^Inst bash ' <<<"$simulated"
    for package in $EXPECTED_HELD; do
        apt-mark showhold | grep -Fx "$package"
        refuse grep "^Inst $package " <<<"$simulated"
    done
}

# Makes a package $1 that is newer than any, in the folder $2.
offer() {
    mkdir -p "$2/$1/DEBIAN"
    architecture=$(dpkg --print-architecture)
    printf '%s\n' "Package: $1" "Version: 9999:1" "Architecture: $architecture" "Maintainer: test <t@example.org>" \
        "Description: newer" >"$2/$1/DEBIAN/control"
    dpkg-deb -b "$2/$1" "$2/$1.deb" >/dev/null
    {
        cat "$2/$1/DEBIAN/control"
        printf '%s\n' "Filename: ./$1.deb" "Size: $(stat -c %s "$2/$1.deb")" \
            "SHA256: $(sha256sum "$2/$1.deb" | cut -d ' ' -f 1)" ""
    } >>"$2/Packages"
}

# What `apt full-upgrade` would do if the folder $1 were the only repository.
upgrade_from() {
    mkdir -p "$1/lists/partial"
    chmod -R a+rX "$1"
    echo "deb [trusted=yes] file:$1 ./" >"$1/sources.list"
    options=(-o "Dir::Etc::SourceList=$1/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$1/lists"
        -o Dir::Cache::PkgCache= -o Dir::Cache::SrcPkgCache= -o APT::Sandbox::User=root)
    apt-get "${options[@]}" -q update >&2
    apt-get "${options[@]}" -s full-upgrade
}

agent_is_static_and_waits_for_its_configuration() {
    same "$(imgbuild-node --version | cut -d ' ' -f 1)" imgbuild-node
    same "$(systemctl is-enabled imgbuild-node)" enabled
    same "$(systemctl show -p ConditionResult --value imgbuild-node)" no
    ldd /usr/local/bin/imgbuild-node 2>&1 | grep -E 'statically linked|not a dynamic'
}
