#!/usr/bin/env bash
# Builds the on-host agent, which every image with Kubernetes gets: static, so that it depends on nothing in the
# image, and with the same bytes wherever the checkout and cargo's folders are.
#
# usage: build-node.sh TARGET_DIR FILE [amd64|arm64]
set -euo pipefail
target_dir=$1 file=$2
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
case ${3:-} in
"") machine=$(uname -m) ;;
amd64) machine=x86_64 ;;
arm64) machine=aarch64 ;;
*) echo "usage: ${0##*/} TARGET_DIR FILE [amd64|arm64]" >&2 && exit 2 ;;
esac
triple=$machine-unknown-linux-gnu

# For another machine: its standard library, by rustup unless it came with Debian's rustc, and a linker with its libc.
if [ "$machine" != "$(uname -m)" ]; then
    export "CARGO_TARGET_${machine^^}_UNKNOWN_LINUX_GNU_LINKER=$machine-linux-gnu-gcc"
    if ! [ -e "$("${RUSTC:-rustc}" --print target-libdir --target "$triple")" ] && ! rustup target add "$triple"; then
        echo "${0##*/}: rustc has no standard library for $triple: rustup adds it, or apt-get install libstd-rust-dev:${3-}" >&2
        exit 1
    fi
fi

# The folders of the crates' sources are named for registries; nothing of that may be in the program.
"$cargo" fetch --quiet --locked
flags=(-C target-feature=+crt-static --remap-path-prefix "$PWD=/imgbuild")
for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    flags+=(--remap-path-prefix "${sources%/}=/crates")
done

# Flags are separated by a character that no path has. With a target they do not reach build scripts.
CARGO_ENCODED_RUSTFLAGS=$(printf '%s\x1f' "${flags[@]}")
CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%$'\x1f'}
export CARGO_ENCODED_RUSTFLAGS
CARGO_TARGET_DIR=$target_dir "$cargo" build --locked --profile node --target "$triple" \
    --no-default-features --features node --bin imgbuild-node

built=$target_dir/$triple/node/imgbuild-node
cmp -s "$built" "$file" || install -D -m 0755 "$built" "$file"
