#!/usr/bin/env bash
# Time and peak memory of a bake beside the plain tools that do a part of it, as a Markdown table.
# Nothing is asserted: a shared machine's clock is no test.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${IMAGE:-debian-12-archive}
runs=${RUNS:-3}
imgbuild=$PWD/target/release/imgbuild
work=$(mktemp -d -p dist)
trap 'rm -rf "$work"' EXIT

# Median seconds and largest peak memory (MiB) of COMMAND, whose set-up runs untimed before each run.
measure() {
    local name=$1 setup=$2
    shift 2
    for _ in $(seq "$runs"); do
        eval "$setup"
        /usr/bin/time -f '%e %M' -a -o "$work/times" "$@" >/dev/null 2>"$work/stderr" || { cat "$work/stderr"; exit 1; }
    done
    sort -n "$work/times" | awk -v name="$name" '
        { seconds[NR] = $1; if ($2 > peak) peak = $2 }
        END { printf "| %s | %.2f s | %.0f MiB |\n", name, seconds[int((NR + 1) / 2)], peak / 1024 }'
    rm "$work/times"
}

"$imgbuild" bake "$image" >/dev/null
raw=dist/$image/$image.raw
echo "median of $runs runs on $(nproc) cores; memory is that of the largest process"
echo
echo "| what | time | peak memory |"
echo "|---|---|---|"
measure "\`cp --sparse=always\` of the raw image" "rm -f $work/copy" cp --sparse=always "$raw" "$work/copy"
measure "bake, nothing changed" "true" "$imgbuild" bake "$image"
measure "bake, outputs gone, layers cached" "rm -rf $work/dist" "$imgbuild" bake "$image" --dist "$work/dist"
measure "\`imgbuild inspect --size\` of the qcow2" "true" "$imgbuild" inspect "dist/$image/$image.qcow2" --size
measure "\`qemu-img convert -c\` (zstd) of the raw image" "rm -f $work/q" \
    qemu-img convert -c -O qcow2 -o compression_type=zstd "$raw" "$work/q"
