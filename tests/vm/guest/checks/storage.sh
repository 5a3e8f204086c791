# What network storage needs from its hosts.

iscsid_is_enabled() {
    systemctl is-enabled iscsid.service
    systemctl is-active iscsid.service
}

iscsid_has_its_socket() {
    systemctl is-enabled iscsid.socket
    systemctl is-active iscsid.socket
}

iscsi_tcp_can_be_loaded() {
    modprobe iscsi_tcp
}

nfs_can_be_mounted() {
    mount.nfs -V
}

multipathd_is_off() {
    for unit in multipathd.service multipathd.socket; do
        enabled=$(systemctl is-enabled "$unit" 2>/dev/null) || true
        echo "$unit is ${enabled:-not there}"
        [[ ${enabled:-not-found} =~ ^(masked|disabled|not-found)$ ]]
        refuse systemctl is-active -q "$unit"
    done
}
