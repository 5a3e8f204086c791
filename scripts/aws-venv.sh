#!/usr/bin/env bash
# Prints the folder of a Python environment with what tests/aws/requirements.txt names: a moto server and what looks at
# it. Makes it if it is not there, and again when the list changes.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-$PWD/target}/venv-aws

if ! cmp -s tests/aws/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --requirement tests/aws/requirements.txt >&2
    cp tests/aws/requirements.txt "$venv/"
fi
realpath "$venv"
