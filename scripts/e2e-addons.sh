#!/bin/sh
# What imgbuild fills in of addons, judged by foreign readers: the schemas of each Kubernetes minor, and a kubectl of
# today. Called by `make e2e-addons`, which has installed what tests/addons/requirements.txt names.
set -eu
cd "$(dirname "$0")/.."

minors='1.30 1.34 1.36 1.37'
tools=${XDG_CACHE_HOME:-$HOME/.cache}/imgbuild/python/addons/bin
pods=$(mktemp -d)
trap 'rm -r "$pods"' EXIT

# Kinds that only a definition of the addon's own brings: there is no schema to judge them by. Calico's is judged by
# nobody; that of the trial by the API server of `make e2e-cluster`.
unknown='kind Installation with api version operator.tigera.io/v1
kind Trial with api version example.org/v1'

count=0
failed=0
judge() {
    count=$((count + 1))
    "$@" || failed=$((failed + 1))
}

# The file $2 by the schemas of the minor $1. Of what has no schema it only warns: one that is not expected is a failure.
validate() {
    said=$("$tools/kubernetes-validate" --strict --kubernetes-version "$1" "$2" 2>&1) || {
        echo "$said"
        return 1
    }
    echo "$said"
    [ -n "$said" ] && ! echo "$said" | grep -E '^(WARN|ERROR)' | grep -qvF "$unknown"
}

read_by_kubectl() {
    "$tools/kubectl" annotate --local --output=name --filename "$1" example.org/seen=yes
}

# kube-vip's static pod as it is in the user-data $1.
kube_vip_of() {
    "$tools/python3" - "$1" <<'END'
import sys, yaml

with open(sys.argv[1]) as file:
    written = yaml.safe_load(file)["write_files"]
print(next(file["content"] for file in written if file["path"].endswith("/kube-vip.yaml")))
END
}

for file in tests/golden/addons/*.yaml tests/addons/trial/trial-*.yaml; do
    for minor in $minors; do
        judge validate "$minor" "$file"
    done
    judge read_by_kubectl "$file"
done
for minor in $minors; do
    # the first control plane has it before there is a cluster, the second one afterwards
    for host in host01 host02; do
        pod=$pods/kube-vip-$minor-$host.yaml
        kube_vip_of "tests/golden/kubeadm/$minor/$host.user-data" >"$pod"
        judge validate "$minor" "$pod"
        judge read_by_kubectl "$pod"
    done
done
echo "$((count - failed)) passed, $failed failed"
[ "$failed" = 0 ]
