#!/usr/bin/env bash
# A worker that finds EC2's metadata service at 169.254.169.254 joins a cluster in QEMU. The test runs in a network of its
# own, which has that address and no way out; what it needs is compiled and baked before.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=$PWD/target
imgbuild=target/release/imgbuild

cargo test --release --locked --no-run --test cluster_ec2
"$imgbuild" bake tests/archive-probe.yaml --dist target/tmp/clusters

enter=(unshare --net)
if [ "$(id -u)" != 0 ]; then
    enter=(unshare --net --map-root-user)
fi
# shellcheck disable=SC2016 # for the inner shell
exec "${enter[@]}" sh -c '
    ip link set lo up
    ip address add 169.254.169.254/32 dev lo
    exec timeout 5400 cargo test --release --locked --offline --test cluster_ec2 -- --nocapture'
