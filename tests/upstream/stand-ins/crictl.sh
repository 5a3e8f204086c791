#!/bin/sh
# A stand-in for crictl 1.36.0, which no package of Debian's has: it says the real one's version. Its `info` asks for what
# the real one's needs, a containerd that serves CRI where /etc/crictl.yaml says.
case "$*" in
--version)
    echo "crictl version v1.36.0"
    ;;
info)
    socket=$(sed -n 's|^runtime-endpoint: unix://||p' /etc/crictl.yaml)
    ctr --address "$socket" plugins ls id==cri | grep -E '^io\.containerd\.grpc\.v1 .* ok *$'
    ;;
*)
    echo "crictl: this is a stand-in, which cannot \`$*\`" >&2
    exit 1
    ;;
esac
