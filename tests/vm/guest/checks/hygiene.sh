# What an image must not bring along, because it is waste or because each machine needs its own.

package_lists_are_absent() {
    nothing_like '/var/lib/apt/lists/*_*'
}

package_caches_are_absent() {
    nothing_like '/var/cache/apt/archives/*.deb' '/var/cache/apt/*.bin'
}

logs_of_the_build_are_absent() {
    nothing_like '/var/log/dpkg.log*' '/var/log/apt/*' '/var/log/bootstrap.log' '/var/log/alternatives.log*'
}

nothing_like() {
    found=$(compgen -G "$1" || true)
    for pattern in "${@:2}"; do
        found+=$(compgen -G "$pattern" || true)
    done
    echo "found: $found"
    [ -z "$found" ]
}

cloud_init_knows_this_machine_only() {
    instances=$(ls /var/lib/cloud/instances)
    echo "instances: $instances"
    [ "$instances" = "$EXPECTED_INSTANCE" ]
}

machine_has_an_id() {
    grep -Ex '[0-9a-f]{32}' /etc/machine-id
    refuse findmnt /etc/machine-id
}

machine_has_ssh_host_keys() {
    for key in /etc/ssh/ssh_host_*_key; do
        ssh-keygen -yf "$key" >/dev/null
    done
    systemctl is-active ssh
}

machine_has_an_initiator_name() {
    grep -E '^InitiatorName=iqn\..+:.+' /etc/iscsi/initiatorname.iscsi
}
