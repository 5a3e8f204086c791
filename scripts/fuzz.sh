#!/usr/bin/env bash
# Fuzzes each target of fuzz/ for SECONDS_EACH (60 if not set), beginning with what scripts/fuzz-seeds.sh makes. Ends
# with an error at the first input that makes imgbuild panic, hang or take too much memory; the input is then in
# fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}

cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz

scripts/fuzz-seeds.sh

# coverage is what guides; sanitizers, which only a nightly compiler has, find nothing in code without `unsafe`
for target in fuzz/fuzz_targets/*.rs; do
    cargo fuzz run --sanitizer none "$(basename "$target" .rs)" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536
done
