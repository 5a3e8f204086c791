#!/bin/bash
# Runs the function of one check; every command in it must succeed, and the one that does not is shown.
set -euEo pipefail
trap 'echo "failed: $BASH_COMMAND"' ERR

# Succeeds if the command fails; unlike `!`, it ends the check otherwise.
refuse() {
    if "$@"; then
        echo "should not succeed: $*"
        return 1
    fi
}

# shellcheck source=/dev/null
. ./expected.env
for file in checks/*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done
"$1"
