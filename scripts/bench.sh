#!/usr/bin/env bash
# Time and peak memory of imgbuild beside the tools that do the same or a part of it, the first boot of a cluster, and
# how all of that stands to what the project aims at: Markdown tables. Nothing is asserted, since a shared machine's
# clock is no test; what cannot be measured here gets a row that says why. These variables can be set:
#
#   RUNS=3                    how often each command runs; the median counts
#   IMAGE=debian-12-archive   what is baked
#   CLUSTER=archive           whose first boot is shown, which takes a quarter of an hour where machines are emulated;
#                             `CLUSTER=` leaves it out
#   COLDSNAP=1                publishes to AWS as well, as moto plays it, beside coldsnap. `make bench COLDSNAP=1` builds
#                             imgbuild with AWS's SDK for that, and coldsnap from source, which has that SDK too:
#                             each takes up to 6 GiB of memory. Without it these rows say that it is not set.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${IMAGE:-debian-12-archive}
runs=${RUNS:-3}
cluster=${CLUSTER-archive}
coldsnap_version=0.12.0
coldsnap=$PWD/target/coldsnap-$coldsnap_version/bin/coldsnap
imgbuild=$PWD/target/release/imgbuild
cache=${IMGBUILD_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/imgbuild}
mkdir -p dist
work=$(mktemp -d -p "$PWD/dist")

cleanup() {
    [ -z "${moto-}" ] || kill "$moto" || true
    rm -rf "$work"
}
trap cleanup EXIT

# What was measured, as KEY.seconds, KEY.peak (KiB) and so on, and why there is nothing of a KEY.
declare -A numbers=([one]=1 [million]=1000000 [megabyte]=976.5625) reasons=()

# What the last command said in the end, fit for a table.
last_words() {
    grep -v '^[[:space:]]*$' "$work/said" | tail -n 1 | tr '|' ' ' || true
}

# Median seconds and largest peak memory (MiB) of COMMAND, run RUNS times; SETUP runs untimed before each.
# A tool that is not there or does not work on this machine gets a row that says so.
measure() {
    local key=$1 name=$2 setup=$3 code=0 seconds peak
    shift 3
    for _ in $(seq "$runs"); do
        eval "$setup"
        /usr/bin/time -f '%e %M' -a -o "$work/times" "$@" >"$work/said" 2>&1 || code=$?
        if [ "$code" != 0 ]; then
            reasons[$key]="it ended with exit code $code: $(last_words)"
            echo "| $name | ${reasons[$key]} | |"
            rm -f "$work/times"
            return
        fi
    done
    read -r seconds peak < <(sort -n "$work/times" | awk '
        { seconds[NR] = $1; if ($2 > peak) peak = $2 }
        END { print seconds[int((NR + 1) / 2)], peak }')
    rm "$work/times"
    numbers[$key.seconds]=$seconds
    numbers[$key.peak]=$peak
    echo "| $name | $seconds s | $((peak / 1024)) MiB |"
}

# A row of the table of aims: the number OVER divided by the number UNDER, in UNIT. AIM is `< 2` or `<= 1.3`, or empty
# where the issues want to know and aim at nothing.
aim() {
    local what=$1 over=$2 under=$3 unit=$4 aim=$5 key
    for key in "$over" "$under"; do
        if [ -z "${numbers[$key]-}" ]; then
            echo "| $what | missing: ${reasons[${key%.*}]-nobody measured it} | ${aim:+$aim$unit} | |"
            return
        fi
    done
    awk -v what="$what" -v over="${numbers[$over]}" -v under="${numbers[$under]}" -v unit="$unit" -v aim="$aim" '
        BEGIN {
            if (under == 0) {
                printf "| %s | missing: the other took no time | %s | |\n", what, aim
                exit
            }
            ratio = over / under
            split(aim, words, " ")
            limit = words[2] + 0
            held = words[1] == "<" ? ratio < limit : ratio <= limit
            if (aim == "")
                printf "| %s | %.2f%s | | |\n", what, ratio, unit
            else
                printf "| %s | %.2f%s | %s%s | %s |\n", what, ratio, unit, aim, unit, (held ? "yes" : "no")
        }'
}

# From the plan: the key of the step called $1.
key_of() {
    "$imgbuild" plan "$image" --format json | python3 -c '
import json, sys
print(next(step["key"] for step in json.load(sys.stdin)["steps"] if step["name"] == sys.argv[1]))' "$1"
}

# From the lock: the names of all packages of the image, each behind $1, with $2 between them. The kernel's own, of which
# an archive may have a newer one, comes with its metapackage.
packages() {
    python3 -c '
import json, re, sys
before, between, lock = sys.argv[1:]
names = {name.split("_")[0] for name in json.load(open(lock))["roots"]["base"]}
names = {name for name in names if not re.match(r"linux-image-\d", name)}
print(between.join(before + name for name in sorted(names)))' "$1" "$2" "images/$image.lock"
}

# A cache that has the stages, which take minutes to build, and nothing else.
stages_only() {
    rm -rf "$work/cache"
    mkdir -p "$work/cache/built"
    for kind in stage root; do
        # gigabytes, which nobody writes to; the cache may be on another disk
        cp --archive --link "$cache/built/$kind" "$work/cache/built/" 2>/dev/null ||
            cp --archive "$cache/built/$kind" "$work/cache/built/"
    done
    rm -rf "$work/cache/built/root/$base"
}

# A project of its own, in which files may change.
project() {
    rm -rf "$work/project"
    mkdir "$work/project"
    cp -r images templates "$work/project/"
}

# In a project: the definition `ballast`, which is the image on a disk of twice the size with 1 GiB more that cannot be
# compressed. It is locked as the image is.
ballast() {
    local images=$work/project/images
    head -c 1G /dev/urandom >"$images/ballast"
    cat >"$images/ballast.yaml" <<END
schema: 1
name: ballast
extends: $image.yaml
overlay:
  /var/ballast: {file: ballast}
disk: {size: "$((2 * $(stat -c %s "$raw")))"}
END
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

bakes() {
    measure copy "\`cp --sparse=always\` of the raw image" "rm -f $work/copy" cp --sparse=always "$raw" "$work/copy"
    rm -f "$work/copy"
    measure nothing "bake, nothing changed" "true" "$imgbuild" bake "$image"
    project
    (cd "$work/project" && "$imgbuild" bake "$image" >/dev/null 2>&1)
    measure template "bake, one template changed" "echo '# changed' >>$work/project/templates/etc/hosts" \
        env -C "$work/project" "$imgbuild" bake "$image"
    measure outputs "bake, outputs gone, layers cached" "rm -rf $work/dist" \
        "$imgbuild" bake "$image" --dist "$work/dist"
    project
    ballast
    runs=1 measure ballast "the same on a disk of twice the size with 1 GiB more, once" "rm -rf $work/dist" \
        env -C "$work/project" "$imgbuild" bake ballast --dist "$work/dist"
    rm -rf "$work/dist" "$work/project"
    measure cold "bake, all but the built stages gone, packages downloaded anew" "rm -rf $work/dist; stages_only" \
        "$imgbuild" --cache-dir "$work/cache" bake "$image" --dist "$work/dist"
    rm -rf "$work/dist" "$work/cache"
}

# mkosi sets loop devices up, so it works for root only; the first build fills its cache.
peers() {
    local wanted mkosi
    measure mmdebstrap "\`mmdebstrap\` of the same packages, to a tar" "rm -f $work/plain.tar" \
        mmdebstrap --variant=apt "--include=$(packages '' ,)" "$suite" "$work/plain.tar" "$mirror"
    rm -f "$work/plain.tar"
    mapfile -t wanted < <(packages --package= $'\n')
    mkosi=(mkosi --distribution debian --release "$suite" --mirror "$mirror" --format gpt_ext4 --root-size 4G
        --bootable no --incremental yes --force --nspawn-keep-unit yes --cache "$work/mkosi-cache"
        --output-dir "$work/mkosi" --output plain.raw "${wanted[@]}" build)
    mkdir -p "$work/mkosi-cache"
    "${mkosi[@]}" >/dev/null 2>&1 || true
    measure mkosi "\`mkosi --incremental\` of the same packages, second build" "true" "${mkosi[@]}"
    rm -rf "$work/mkosi" "$work/mkosi-cache"
    measure size "\`imgbuild inspect --size\` of the qcow2" "true" \
        "$imgbuild" inspect "dist/$image/$image.qcow2" --size
    measure convert "\`qemu-img convert -c\` (zstd) of the raw image" "rm -f $work/q" \
        qemu-img convert -c -O qcow2 -o compression_type=zstd "$raw" "$work/q"
    rm -f "$work/q"
}

renders() {
    mkdir -p "$work/dist"
    ln -s "$PWD/dist/$image" "$work/dist/$image"
    for count in 50 500 5000; do
        hosts "$count" >"$work/hosts$count.yaml"
        measure "hosts$count" "\`imgbuild cloud-init\` for $count hosts" "rm -rf $work/dist/hosts$count" \
            "$imgbuild" cloud-init "$work/hosts$count.yaml" --dist "$work/dist"
    done
    rm -rf "$work/dist"
}

# Coldsnap as it is published, built once.
coldsnap() {
    [ -x "$coldsnap" ] || CARGO_TARGET_DIR=$PWD/target/coldsnap cargo install --locked --root "${coldsnap%/bin/*}" \
        --version "$coldsnap_version" coldsnap >"$work/said" 2>&1
}

# Starts a moto server that is AWS to both tools, and waits until it answers.
start_moto() {
    local port
    python=${XDG_CACHE_HOME:-$HOME/.cache}/imgbuild/python/aws/bin/python3
    port=$("$python" -c 'import socket
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    print(free.getsockname()[1])') || return 1
    endpoint=http://127.0.0.1:$port
    "$python" tests/aws/moto_server.py "$port" >/dev/null 2>&1 &
    moto=$!
    for _ in $(seq 60); do
        ! reset_moto || return 0
        sleep 1
    done
    return 1
}

# An account that has nothing.
reset_moto() {
    curl --silent --fail --noproxy '*' --output /dev/null --request POST "$endpoint/moto-api/reset"
}

# How many blocks moto has of the snapshot $1.
blocks_of() {
    "$python" -c '
import boto3, sys
endpoint, snapshot = sys.argv[1:]
ebs = boto3.client("ebs", endpoint_url=endpoint, region_name="eu-central-1",
                   aws_access_key_id="a", aws_secret_access_key="b")
print(len(ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]))' "$endpoint" "$1"
}

publishes() {
    local why="" account
    if [ -z "${COLDSNAP-}" ]; then
        why="\`COLDSNAP=1\` is not set"
    elif ! "$imgbuild" aws --help >/dev/null 2>&1; then
        why="imgbuild was built without AWS, which \`make bench COLDSNAP=1\` builds it with"
    elif ! coldsnap; then
        why="coldsnap could not be built: $(last_words)"
    elif ! start_moto; then
        why="moto does not answer"
    fi
    if [ -n "$why" ]; then
        reasons[publish]=$why
        reasons[coldsnap]=$why
        return
    fi
    account=(env AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b AWS_EC2_METADATA_DISABLED=true
        NO_PROXY=127.0.0.1 no_proxy=127.0.0.1)
    measure publish "\`imgbuild aws publish\` of the raw image, from reading it to the AMI" \
        "rm -rf $work/cache; reset_moto" "${account[@]}" "$imgbuild" --quiet --cache-dir "$work/cache" \
        aws publish "$image" --region eu-central-1 --endpoint-url "$endpoint" --format json
    [ -z "${numbers[publish.seconds]-}" ] ||
        numbers[publish.blocks]=$(python3 -c '
import json, sys
print(json.load(sys.stdin)["sent_blocks"])' <"$work/said" || true)
    measure coldsnap "\`coldsnap upload\` of it, to the snapshot" "reset_moto" "${account[@]}" \
        "$coldsnap" --region eu-central-1 --endpoint "$endpoint" upload --no-progress "$raw"
    [ -z "${numbers[coldsnap.seconds]-}" ] || numbers[coldsnap.blocks]=$(blocks_of "$(last_words)" || true)
    rm -rf "$work/cache"
}

# Where hosts are emulated their steps take long, but all of them do.
first_boot() {
    local code=0
    if [ -z "$cluster" ]; then
        reasons[agent]="\`CLUSTER\` is empty"
        return
    fi
    "$imgbuild" boot "$cluster" >&2 || code=$?
    # 2: refused, so what may be running is not ours
    [ "$code" = 2 ] || "$imgbuild" boot "$cluster" --stop || true
    if [ "$code" != 0 ]; then
        reasons[agent]="\`imgbuild boot $cluster\` ended with exit code $code"
        return
    fi
    echo
    echo "first boot of the hosts of \`clusters/$cluster.yaml\`, step by step, then what the seconds went into"
    echo
    echo '```'
    "$imgbuild" timeline "dist/$cluster/machines"/*.status.jsonl
    echo '```'
    reasons[agent]="a host's status has lost steps"
    numbers[agent.percent]=$("$imgbuild" timeline "dist/$cluster/machines"/*.status.jsonl --format json | python3 -c '
import json, sys
percents = [lane["shares"]["own_percent"] for lane in json.load(sys.stdin)["lanes"]]
print("" if None in percents else max(percents))')
}

# What issues 2, 3 and 5 aim at.
aims() {
    numbers[agent.size]=$(stat -c %s target/release/imgbuild-node)
    aim "bake, outputs gone / \`cp\`" outputs.seconds copy.seconds "" "< 2"
    aim "bake, one template changed / \`cp\`" template.seconds copy.seconds "" "< 2"
    aim "bake, outputs gone / \`mkosi\`" outputs.seconds mkosi.seconds "" "< 0.333"
    aim "bake, one template changed / \`mkosi\`" template.seconds mkosi.seconds "" "< 0.333"
    aim "bake, all but the stages gone / \`mmdebstrap\`" cold.seconds mmdebstrap.seconds "" "<= 1.3"
    aim "peak memory of that bake" cold.peak megabyte " MB" "< 300"
    aim "peak memory of the bake with 1 GiB more" ballast.peak megabyte " MB" "< 300"
    aim "peak memory, 1 GiB more / as it is" ballast.peak outputs.peak "" "<= 1.1"
    aim "rendering 5,000 hosts" hosts5000.seconds one " s" "< 60"
    aim "peak memory, 5,000 hosts / 50" hosts5000.peak hosts50.peak "" "<= 1.1"
    aim "the agent's own work / kubeadm, on the host where it is most" agent.percent one " %" "< 5"
    aim "size of the agent" agent.size million " MB" "< 5"
    aim "publishing / \`coldsnap\`, time" publish.seconds coldsnap.seconds "" ""
    aim "publishing / \`coldsnap\`, blocks sent" publish.blocks coldsnap.blocks "" ""
    aim "publishing / \`coldsnap\`, peak memory" publish.peak coldsnap.peak "" ""
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
bakes
peers
renders
publishes
first_boot
echo
echo "| what | value | aim | held |"
echo "|---|---|---|---|"
aims
