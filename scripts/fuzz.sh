#!/usr/bin/env bash
# Fuzzes each target of fuzz/ for SECONDS_EACH (60 if not set), beginning with the files of this repository. Ends with
# an error at the first input that makes imgbuild panic, hang or take too much memory; the input is then in
# fuzz/artifacts/.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${SECONDS_EACH:-60}

cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz

# Copies files into the corpus of target $1.
seed() {
    local target=$1
    shift
    mkdir -p "fuzz/corpus/$target"
    cp "$@" "fuzz/corpus/$target/"
}

seed image_definition images/*.yaml tests/*.yaml
seed cluster_definition clusters/*.yaml tests/cluster/*.yaml
mkdir -p fuzz/corpus/{lock,package_index,archive,disk,registry,node_configuration}
find images tests -name '*.lock' -exec cp -t fuzz/corpus/lock {} +
tar --create --file fuzz/corpus/archive/templates.tar templates
sed -n '1,400p' /var/lib/dpkg/status >fuzz/corpus/package_index/status

# coverage is what guides; sanitizers, which only a nightly compiler has, find nothing in code without `unsafe`
for target in fuzz/fuzz_targets/*.rs; do
    cargo fuzz run --sanitizer none "$(basename "$target" .rs)" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536
done
