#!/usr/bin/env bash
# Builds the default image twice from nothing, Kubernetes included, and compares every stage output and digest.
# Takes half an hour on two cores, so it is not part of `make test`, which takes the built stage from the cache.
set -euo pipefail
cd "$(dirname "$0")/.."
image=${IMAGE:-debian-12-archive}
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}") # several GB, too much for a /tmp in memory
trap 'rm -rf "$work"' EXIT

for run in one two; do
    target/release/imgbuild --cache-dir "$work/cache-$run" bake "$image" --dist "$work/dist-$run"
    # the second run downloads nothing that the first one has
    [ "$run" = two ] || { mkdir -p "$work/cache-two" && cp -r "$work/cache-one/store" "$work/cache-two/"; }
done

outputs() { (cd "$work/cache-$1/built/stage" && find . -type f -print0 | sort -z | xargs -0 sha256sum); }
diff <(outputs one) <(outputs two)
diff "$work/dist-one/$image/SHA256SUMS" "$work/dist-two/$image/SHA256SUMS"
echo "two builds from nothing, the same bytes:"
cat "$work/dist-one/$image/SHA256SUMS"
