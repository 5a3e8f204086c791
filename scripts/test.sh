#!/usr/bin/env bash
# What `make test` runs, in the order in which it finds faults soonest; `make test` has done all set-up.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=$PWD/target

step() { printf '\n== %s (%ss)\n' "$*" "$SECONDS" >&2; }

step "shell scripts"
shellcheck scripts/*.sh .ci/run
shellcheck --shell=bash images/stages/*.sh
shellcheck tests/upstream/stand-ins/*.sh

step "units, command line, bakes of a small image"
cargo test --release --locked

step "the default image: five bakes, one digest"
cargo test --release --locked --test default_image -- --nocapture

step "the default image in QEMU: BIOS, UEFI, Secure Boot"
IMGBUILD_TEST_IMAGE=$PWD/dist/debian-12-archive/debian-12-archive.qcow2 \
    cargo test --release --locked --test vm

step "two hosts in QEMU become a cluster"
cargo test --release --locked --test cluster two_hosts -- --nocapture

step "done"
