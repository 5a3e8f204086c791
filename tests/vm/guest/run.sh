#!/bin/bash
# Runs the checks named on the command line, each in a shell of its own, and reports over the virtio port:
# `ok NAME`, `not ok NAME: DETAIL`, `value NAME VALUE`, at last `done`. Then it powers the machine off.
cd "$(dirname "$0")" || exit
export HOME=/root
port=/dev/virtio-ports/imgbuild.test

report() {
    printf '%s\n' "$*" >"$port"
}

# A check has no input, two minutes, and its last output as the detail of its failure.
run() {
    local said
    if said=$(timeout 120 bash one.sh "$1" 2>&1 </dev/null); then
        report "ok $1"
    else
        report "not ok $1: $(tail -n 6 <<<"$said" | tr '\n' ' ')"
    fi
}

cloud-init status --wait >/dev/null
for name in "$@"; do
    run "$name"
done
bash values.sh >"$port"
report "done"
systemctl poweroff
