# Modules and settings that Kubernetes needs, now and after the next boot.

SYSCTLS="net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables net.ipv4.ip_forward"

modules_are_loaded() {
    for module in br_netfilter overlay; do
        [ -d "/sys/module/$module" ]
    done
}

modules_are_persistent() {
    for module in br_netfilter overlay; do
        grep -qsFx "$module" /etc/modules-load.d/*.conf /usr/lib/modules-load.d/*.conf
    done
}

sysctls_are_set() {
    for name in $SYSCTLS; do
        value=$(sysctl -n "$name")
        echo "$name is $value"
        [ "$value" = 1 ]
    done
}

sysctls_are_persistent() {
    for name in $SYSCTLS; do
        grep -qsEx "$name *= *1" /etc/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf
    done
}
