# Builds the program of Kubernetes' pause container from Debian's source package with the compiler $CC, as
# kubernetes.sh does with the machine's own.
#
# Run by `/bin/bash -eu` in /build without network. Finds the source in /build/kubernetes, leaves a static program in
# /out. The same input gives the same bytes: no build id, and nothing else of where and when it was built.
set -euo pipefail

"$CC" -static -Os -s -Wl,--build-id=none -DVERSION="$VERSION" -o /out/pause kubernetes/build/pause/linux/pause.c
