#!/bin/sh
# A stand-in for kubelet 1.36.4, which no package of Debian's has: it says the real one's version and can do nothing.
if [ "$*" = --version ]; then
    echo "Kubernetes v1.36.4"
else
    echo "kubelet: this is a stand-in, which cannot \`$*\`" >&2
    exit 1
fi
