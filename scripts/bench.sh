#!/usr/bin/env bash
# Time and peak memory of bakes beside the tools that do the same or a part of it, as a Markdown table.
# Nothing is asserted: a shared machine's clock is no test. RUNS, IMAGE and CLUSTER can be set; without a cluster
# (`CLUSTER=`) the first boot, which takes a quarter of an hour where it is emulated, is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${IMAGE:-debian-12-archive}
runs=${RUNS:-3}
cluster=${CLUSTER-archive}
imgbuild=$PWD/target/release/imgbuild
cache=${IMGBUILD_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/imgbuild}
mkdir -p dist
work=$(mktemp -d -p "$PWD/dist")
trap 'rm -rf "$work"' EXIT

# Median seconds and largest peak memory (MiB) of COMMAND, run RUNS times; SETUP runs untimed before each.
# A tool that is not there or does not work on this machine gets a row that says so.
measure() {
    local name=$1 setup=$2
    shift 2
    for _ in $(seq "$runs"); do
        eval "$setup"
        if ! /usr/bin/time -f '%e %M' -a -o "$work/times" "$@" >"$work/said" 2>&1; then
            echo "| $name | failed: $(tail -n 1 "$work/said" | tr '|' ' ') | |"
            rm -f "$work/times"
            return
        fi
    done
    sort -n "$work/times" | awk -v name="$name" '
        { seconds[NR] = $1; if ($2 > peak) peak = $2 }
        END { printf "| %s | %.2f s | %.0f MiB |\n", name, seconds[int((NR + 1) / 2)], peak / 1024 }'
    rm "$work/times"
}

# From the plan: the key of the step called $1.
key_of() {
    "$imgbuild" plan "$image" --format json | python3 -c '
import json, sys
print(next(step["key"] for step in json.load(sys.stdin)["steps"] if step["name"] == sys.argv[1]))' "$1"
}

# From the lock: the names of all packages of the image, each behind $1, with $2 between them.
packages() {
    python3 -c '
import json, sys
before, between, lock = sys.argv[1:]
names = {name.split("_")[0] for name in json.load(open(lock))["roots"]["base"]}
print(between.join(before + name for name in sorted(names)))' "$1" "$2" "images/$image.lock"
}

# A cache that has the stages, which take minutes to build, and nothing else.
stages_only() {
    rm -rf "$work/cache"
    mkdir -p "$work/cache/built"
    for kind in stage root; do
        cp -a "$cache/built/$kind" "$work/cache/built/"
    done
    rm -rf "$work/cache/built/root/$base"
}

# A cluster definition with $1 hosts.
hosts() {
    python3 -c '
import sys
count, image = int(sys.argv[1]), sys.argv[2]
print(f"""schema: 1
name: hosts{count}
image: {image}
platform: nocloud
endpoint: {{address: 10.9.255.10, provider: keepalived}}
subnet: {{network: 10.9.0.0/16, gateway: 10.9.255.1}}
pod_network: 10.64.0.0/11
network: none
hosts:""")
for n in range(count):
    role = "control-plane" if n < 3 else "worker"
    print(f"  - {{name: host{n}, role: {role}, address: 10.9.{n // 250}.{n % 250 + 1},"
          f" mac: \"52:54:00:00:{n // 256:02x}:{n % 256:02x}\"}}")' "$1" "$image"
}

"$imgbuild" bake "$image" >/dev/null
raw=$PWD/dist/$image/$image.raw
base=$(key_of "root base")
suite=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["definition"]["base"]["suites"][0])' \
    "dist/$image/manifest.json")
# shellcheck disable=SC2016 # apt's own variable
mirror=${IMGBUILD_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/*$')}

echo "median of $runs runs on $(nproc) cores; memory is that of the largest process"
echo
echo "| what | time | peak memory |"
echo "|---|---|---|"
measure "\`cp --sparse=always\` of the raw image" "rm -f $work/copy" cp --sparse=always "$raw" "$work/copy"
rm -f "$work/copy"
measure "bake, nothing changed" "true" "$imgbuild" bake "$image"

# a project of its own, whose templates may change
mkdir "$work/project"
cp -r images templates "$work/project/"
(cd "$work/project" && "$imgbuild" bake "$image" >/dev/null 2>&1)
measure "bake, one template changed" "echo '# changed' >>$work/project/templates/etc/hosts" \
    env -C "$work/project" "$imgbuild" bake "$image"
measure "bake, outputs gone, layers cached" "rm -rf $work/dist" "$imgbuild" bake "$image" --dist "$work/dist"
rm -rf "$work/dist" "$work/project"
measure "bake, all but the built stages gone, packages downloaded anew" "rm -rf $work/dist; stages_only" \
    "$imgbuild" --cache-dir "$work/cache" bake "$image" --dist "$work/dist"
rm -rf "$work/dist" "$work/cache"

measure "\`mmdebstrap\` of the same packages, to a tar" "rm -f $work/plain.tar" \
    mmdebstrap --variant=apt "--include=$(packages '' ,)" "$suite" "$work/plain.tar" "$mirror"
rm -f "$work/plain.tar"
# mkosi sets loop devices up, so it works for root only; the first build fills its cache
mapfile -t wanted < <(packages --package= $'\n')
mkosi=(mkosi --distribution debian --release "$suite" --mirror "$mirror" --format gpt_ext4 --root-size 4G
    --bootable no --incremental yes --force --nspawn-keep-unit yes --cache "$work/mkosi-cache"
    --output-dir "$work/mkosi" --output plain.raw "${wanted[@]}" build)
mkdir -p "$work/mkosi-cache"
"${mkosi[@]}" >/dev/null 2>&1 || true
measure "\`mkosi --incremental\` of the same packages, second build" "true" "${mkosi[@]}"

measure "\`imgbuild inspect --size\` of the qcow2" "true" "$imgbuild" inspect "dist/$image/$image.qcow2" --size
measure "\`qemu-img convert -c\` (zstd) of the raw image" "rm -f $work/q" \
    qemu-img convert -c -O qcow2 -o compression_type=zstd "$raw" "$work/q"

# memory should not grow with the number of hosts
mkdir -p "$work/dist"
ln -s "$PWD/dist/$image" "$work/dist/$image"
for count in 50 500 5000; do
    hosts "$count" >"$work/hosts$count.yaml"
    measure "\`imgbuild cloud-init\` for $count hosts" "rm -rf $work/dist/hosts$count" \
        "$imgbuild" cloud-init "$work/hosts$count.yaml" --dist "$work/dist"
done

if [ -n "$cluster" ]; then
    echo
    echo "first boot of the hosts of \`clusters/$cluster.yaml\`, step by step"
    echo
    "$imgbuild" boot "$cluster" >&2
    "$imgbuild" boot "$cluster" --stop
    "$imgbuild" timeline "dist/$cluster/machines"/*.status.jsonl
fi
