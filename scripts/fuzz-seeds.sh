#!/usr/bin/env bash
# Fills fuzz/corpus/ with what the targets of fuzz/ begin from: files of this repository, and whole small ones of the
# formats that it has no file of.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
corpus=fuzz/corpus
for target in fuzz/fuzz_targets/*.rs; do
    mkdir -p "$corpus/$(basename "$target" .rs)"
done

# Copies files into the corpus of target $1.
seed() {
    local target=$1 file
    shift
    for file; do
        cp "$file" "$corpus/$target/${file//\//-}"
    done
}

archives() {
    tar --create --file $corpus/archive/templates.tar templates
    tar --create --gzip --file $corpus/archive/templates.tar.gz templates
}

packages() {
    local compression
    head -n 400 /var/lib/dpkg/status >$corpus/package_index/status
    mkdir -p "$work/package/DEBIAN" "$work/package/usr"
    printf '%s\n' 'Package: seed' 'Version: 1' 'Architecture: all' 'Maintainer: nobody' 'Description: seed' \
        >"$work/package/DEBIAN/control"
    ln -s . "$work/package/usr/link"
    for compression in none gzip xz zstd; do
        dpkg-deb --root-owner-group -Z$compression --build "$work/package" $corpus/deb/$compression.deb >&2
    done
}

# The agents' configurations in the golden user-data.
configurations() {
    /usr/bin/python3 - $corpus/node_configuration tests/golden/kubeadm/*/*.user-data <<'PYTHON'
import sys, yaml

for number, name in enumerate(sys.argv[2:]):
    for file in yaml.safe_load(open(name))["write_files"]:
        if file["path"].endswith("/node.json"):
            open(f"{sys.argv[1]}/{number}", "w").write(file["content"])
PYTHON
}

requests() {
    local request
    for request in src/node/approver/requests/*.pem; do
        openssl req -in "$request" -outform DER -out "$corpus/certificate_request/$(basename "$request" .pem)"
    done
}

indented() {
    sed 's/^/    /' "$1"
}

key() {
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key"
}

# Key $1 of a file of secrets: a CA called $2.
authority() {
    key
    openssl req -x509 -new -key "$work/key" -subj "/CN=$2" -days 3650 -out "$work/certificate"
    printf '%s:\n  certificate: |\n%s\n  key: |\n%s\n' \
        "$1" "$(indented "$work/certificate")" "$(indented "$work/key")"
}

secrets() {
    printf 'schema: 1\ncluster: fuzz\n'
    authority kubernetes_ca kubernetes
    authority front_proxy_ca front-proxy-ca
    authority etcd_ca etcd-ca
    key
    printf '%s_key: |\n%s\n' service_account "$(indented "$work/key")" ssh "$(indented "$work/key")"
    printf 'certificate_key: "%064d"\nkeepalived_password: "12345678"\ntokens:\n' 0
    printf '  - {role: %s, token: abcdef.0123456789abcdef, made: 1}\n' control-plane worker
}

documents() {
    local digest
    digest=$(printf '%064d' 0)
    local named="\"digest\":\"sha256:$digest\",\"size\":1" oci=application/vnd.oci.image
    local platform='"architecture":"amd64","os":"linux"'
    cat >$corpus/registry/index <<JSON
{"schemaVersion":2,"mediaType":"$oci.index.v1+json","manifests":[
{"mediaType":"$oci.manifest.v1+json",$named,"platform":{$platform}}]}
JSON
    cat >$corpus/registry/manifest <<JSON
{"schemaVersion":2,"mediaType":"$oci.manifest.v1+json","config":{"mediaType":"$oci.config.v1+json",$named},
"layers":[{"mediaType":"$oci.layer.v1.tar+gzip",$named}]}
JSON
    cat >$corpus/registry/config <<JSON
{$platform,"config":{},"rootfs":{"type":"layers","diff_ids":["sha256:$digest"]}}
JSON
    cat >$corpus/image_record/image.json <<JSON
{"schema":1,"name":"seed",$(printf '%s' "$platform" | cut -d, -f1),"imgbuild":"0.1.0","epoch":0,"suites":["bookworm"],
"kubernetes":{"version":"1.36.4","image_repository":"registry.k8s.io","skip_phases":["preflight"]},
"containerd":"2.3.4","agent":"$digest","images":{"registry.k8s.io/etcd:3.6.5-0":"$digest"},
"manifests":{"a.yaml":"$digest"},"addons":{"a":{"version":"1","manifests":[{"name":"a.yaml","template":null}],
"after":["b"],"patches":[],"ready":[["get","nodes"]],"ingress":null,"retired":null,"packages":["open-iscsi"]}},
"named":{"a.yaml":{"quay.io/a/b:v1":"Always"}},"files":{"/usr/bin/a":"artifact:a","/etc/b":"overlay:/etc/b"}}
JSON
    cat >$corpus/status/jsonl <<'JSON'
{"schema":1,"revision":1,"host":"host01","role":"worker","boot_id":"a","state":"waiting","phase":"join","step":"kubeadm","since":{"wall":1,"uptime_ms":2},"attempts":2,"last_error":"no","notes":["a"],"history":[{"phase":"wait","step":"address","boot_id":"a","started":{"wall":1,"uptime_ms":1},"finished":{"wall":1,"uptime_ms":2},"attempts":1}]}
{"schema":1,"revi
JSON
}

databases() {
    local folder=$corpus/vulnerability_database
    cat >$folder/entry.json <<'JSON'
{"id":"GO-1","modified":"2026-01-01T00:00:00Z","aliases":["CVE-2026-1"],"affected":[{"package":{"ecosystem":"Go",
"name":"example.org/a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.2.3"}]}],"versions":["1.2.2"]}]}
JSON
    cat >$folder/tracker.json <<'JSON'
{"a":{"CVE-2026-1":{"releases":{"bookworm":{"status":"resolved","fixed_version":"1:2~3-4","urgency":"low"}}}}}
JSON
    /usr/bin/python3 -m zipfile -c $folder/entries.zip $folder/entry.json
}

seed image_definition images/*.yaml tests/*.yaml
seed cluster_definition clusters/*.yaml tests/cluster/*.yaml
seed addon addons/*/addon.yaml
seed manifest addons/*/*.yaml tests/golden/addons/*.yaml
mapfile -t locks < <(find images tests -name '*.lock')
seed lock "${locks[@]}"
archives
packages
configurations
requests
secrets >$corpus/secrets/whole.yaml
documents
databases
