#!/usr/bin/env bash
# Makes the certificate requests of the approver's tests anew. Their keys are thrown away.
set -euo pipefail
cd "$(dirname "$0")"

# request NAME SUBJECT [EXTENSION...]
request() {
    local name=$1 subject=$2 extensions=()
    shift 2
    for extension in "$@"; do
        extensions+=(-addext "$extension")
    done
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null \
        -subj "$subject" "${extensions[@]}" -out "$name.pem" 2>/dev/null
}

node=/O=system:nodes/CN=system:node:host01
request good "$node" subjectAltName=DNS:host01,IP:192.168.61.11
request pool-member /O=system:nodes/CN=system:node:pool-7 subjectAltName=DNS:pool-7,IP:192.168.61.77
request pool-thief /O=system:nodes/CN=system:node:pool-7 subjectAltName=DNS:pool-7,IP:192.168.61.11
request endpoint-thief /O=system:nodes/CN=system:node:pool-7 subjectAltName=DNS:pool-7,IP:192.168.61.10
request foreign-address "$node" subjectAltName=DNS:host01,IP:192.168.61.12
request foreign-name "$node" subjectAltName=DNS:host01,DNS:auth.example.org,IP:192.168.61.11
request ipv6 "$node" subjectAltName=DNS:host01,IP:fd00::11
request email "$node" subjectAltName=DNS:host01,email:a@example.org
request uri "$node" subjectAltName=DNS:host01,URI:https://example.org/
request no-names "$node"
request foreign-subject /O=system:nodes/CN=system:node:host02 subjectAltName=DNS:host01,IP:192.168.61.11
request two-organizations /O=system:nodes/O=system:masters/CN=system:node:host01 subjectAltName=DNS:host01
request more-subject /O=system:nodes/OU=x/CN=system:node:host01 subjectAltName=DNS:host01
request authority "$node" subjectAltName=DNS:host01 basicConstraints=critical,CA:TRUE
