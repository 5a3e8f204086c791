#!/usr/bin/env bash
# Publishes to a moto server. Called by `make e2e-aws`.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-$PWD/target}/venv-aws

# made again when the list changes
if ! cmp -s tests/aws/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement tests/aws/requirements.txt
    cp tests/aws/requirements.txt "$venv/"
fi
IMGBUILD_TEST_VENV=$venv cargo test --release --locked --features aws --test aws -- --nocapture
