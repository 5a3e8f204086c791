#!/usr/bin/env bash
# Publishes to a moto server. Called by `make e2e-aws`.
set -euo pipefail
cd "$(dirname "$0")/.."
IMGBUILD_TEST_VENV=$(scripts/aws-venv.sh)
export IMGBUILD_TEST_VENV
cargo test --release --locked --features aws --test aws -- --nocapture
