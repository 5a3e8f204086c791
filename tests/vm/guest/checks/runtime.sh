# containerd: what it runs with, and that it can import and run a baked image.

containerd_is_active() {
    systemctl is-enabled containerd
    systemctl is-active containerd
}

containerd_answers() {
    ctr version
}

# The value of key $2 in the table whose header contains $1, in the configuration that containerd works with.
effective() {
    containerd config dump | tr -d "'\"" | awk -v table="$1" -v key="$2" '
        /^ *\[/ { inside = index($0, table) > 0 }
        inside && $1 == key && $2 == "=" { print $3 }'
}

containerd_uses_systemd_cgroups() {
    value=$(effective containerd.runtimes.runc.options] SystemdCgroup)
    echo "SystemdCgroup is $value"
    [ "$value" = true ]
}

containerd_has_the_sandbox_image() {
    case $EXPECTED_CONTAINERD_CONFIG in
    2) value=$(effective plugins.io.containerd.grpc.v1.cri] sandbox_image) ;;
    *) value=$(effective plugins.io.containerd.cri.v1.images.pinned_images] sandbox) ;;
    esac
    echo "the sandbox image is $value"
    [ "$value" = "$EXPECTED_SANDBOX_IMAGE" ]
}

containerd_config_has_its_version() {
    grep -Ex "version *= *$EXPECTED_CONTAINERD_CONFIG" /etc/containerd/config.toml
}

sandbox_image_can_be_imported_and_run() {
    python3 layout.py subset "$EXPECTED_LAYOUT" "$EXPECTED_SANDBOX_IMAGE" | ctr -n k8s.io images import -
    ctr -n k8s.io images ls -q | grep -Fx "$EXPECTED_SANDBOX_IMAGE"
    ctr -n k8s.io run -d "$EXPECTED_SANDBOX_IMAGE" imgbuild-test
    ctr -n k8s.io tasks ls | grep -E '^imgbuild-test .*RUNNING'
    ctr -n k8s.io tasks kill -s SIGKILL imgbuild-test
}

# As the on-host agent does it for a host's role: layers are linked into containerd's content store and announced there,
# then the rest is imported, unpacked, and kept from being collected.
image_can_be_imported_without_copying_its_layers() {
    store=/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256
    name=${EXPECTED_SANDBOX_IMAGE%/*}/kube-scheduler:$EXPECTED_KUBERNETES
    mkdir -p "$store"
    python3 layout.py layers "$EXPECTED_LAYOUT" "$name" | while read -r digest size; do
        blob=$EXPECTED_LAYOUT/blobs/sha256/${digest#sha256:}
        ln "$blob" "$store"
        ctr -n k8s.io content ingest --expected-digest "$digest" --expected-size "$size" "test-$digest" <"$blob"
        [ "$blob" -ef "$store/${digest#sha256:}" ]
    done
    python3 layout.py thin "$EXPECTED_LAYOUT" "$name" | ctr -n k8s.io images import --no-unpack -
    ctr -n k8s.io snapshots unpack "$(python3 layout.py manifest "$EXPECTED_LAYOUT" "$name")"
    ctr -n k8s.io images label "$name" io.cri-containerd.pinned=pinned
    ctr -n k8s.io images ls | grep -F "$name " | grep -F io.cri-containerd.pinned=pinned
}
