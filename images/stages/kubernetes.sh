# Builds Kubernetes from Debian's source package, with Debian's own Go.
#
# Run by `/bin/bash -eu` in /build without network. Finds the source in /build/kubernetes, leaves static
# programs in /out. The same input gives the same bytes: no build path (-trimpath), no build id, and the build
# date is SOURCE_DATE_EPOCH.
set -euo pipefail

source=/build/kubernetes
gopath=/build/gopath
programs="kube-apiserver kube-controller-manager kube-proxy kube-scheduler kubeadm kubelet"

export PATH=/usr/lib/go-1.19/bin:$PATH
export CGO_ENABLED=0 LC_ALL=C TZ=UTC

# 1.20.5+really1.20.2-1.1+deb12u1 is Kubernetes 1.20.2
debian_version=$(dpkg-parsechangelog -l "$source/debian/changelog" -S Version)
version=${debian_version%-*}
version=${version#*+really}
IFS=. read -r major minor _ <<<"$version"

# The vendored copy breaks under Go 1.18 and newer: kubeadm panics when it marshals its configuration.
reflect2=github.com/modern-go/reflect2
rm -rf "$source/vendor/$reflect2"
cp -rL "/usr/share/gocode/src/$reflect2" "$source/vendor/$reflect2"

# Code that is generated and not part of the source package, such as pkg/generated/openapi.
make -C "$source" generated_files

# GOPATH mode: the source predates the module layout that Debian's Go would want.
export GO111MODULE=off GOPATH=$gopath
mkdir -p "$gopath/src/k8s.io"
ln -sfn "$source" "$gopath/src/k8s.io/kubernetes"
cd "$gopath/src/k8s.io/kubernetes"

flags="-s -w -buildid="
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  for setting in \
    "gitVersion=v$version" \
    "gitMajor=$major" \
    "gitMinor=$minor" \
    "gitCommit=$debian_version" \
    "gitTreeState=archive" \
    "buildDate=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"; do
    flags+=" -X k8s.io/kubernetes/vendor/$package.$setting"
  done
done
for program in $programs; do
  go build -trimpath -ldflags "$flags" -o "/out/$program" "./cmd/$program"
done

gcc -static -Os -s -Wl,--build-id=none -DVERSION="v$version" -o /out/pause build/pause/linux/pause.c
