# Programs that kubeadm and kube-proxy call.

conntrack_runs() {
    conntrack --version
}

iptables_runs() {
    iptables --version
    iptables -t nat -S
}

ethtool_runs() {
    ethtool --version
}

socat_runs() {
    socat -V
}
