# What imgbuild bakes in besides packages.

image_layout_is_whole_and_deduplicated() {
    python3 layout.py verify "$EXPECTED_LAYOUT"
}

addon_manifests_have_their_folder() {
    [ -d /etc/kubernetes/components ]
}

k8sver_can_be_sourced() {
    # shellcheck source=/dev/null
    . /opt/k8sver
    echo "K8SV is $K8SV"
    [[ ${K8SV#v} == "${EXPECTED_KUBERNETES#v}"* ]]
}

image_says_what_it_is() {
    name=$(python3 -c 'import json; print(json.load(open("/etc/imgbuild/image.json"))["name"])')
    echo "this is $name"
    [ "$name" = "$EXPECTED_NAME" ]
}
