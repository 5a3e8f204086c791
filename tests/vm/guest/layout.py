"""Reads an OCI image layout (OCI image specification, image-layout.md) without trusting who wrote it.

layout.py verify LAYOUT          every blob has its digest and size, each is needed, all that is needed is there
layout.py subset LAYOUT NAME     a tar archive on stdout with the one image called NAME
layout.py thin LAYOUT NAME       the same without its layers
layout.py layers LAYOUT NAME     digest and size of each of its layers, a line each
layout.py manifest LAYOUT NAME   the digest of its manifest
"""

import hashlib
import io
import json
import pathlib
import sys
import tarfile

NAMES = "io.containerd.image.name", "org.opencontainers.image.ref.name"


def blob(layout, descriptor):
    algorithm, digest = descriptor["digest"].split(":")
    return layout / "blobs" / algorithm / digest


def reachable(layout, descriptor):
    """The descriptor and all that it leads to."""
    yield descriptor
    if "manifest" in descriptor["mediaType"] or "index" in descriptor["mediaType"]:
        document = json.loads(blob(layout, descriptor).read_bytes())
        below = document.get("manifests", []) + document.get("layers", [])
        for child in below + [document[key] for key in ["config"] if key in document]:
            yield from reachable(layout, child)


def check(layout, descriptor):
    path = blob(layout, descriptor)
    with open(path, "rb") as file:
        digest, size = hashlib.sha256(), 0
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
    if (f"sha256:{digest.hexdigest()}", size) != (descriptor["digest"], descriptor["size"]):
        sys.exit(f"{path} has digest {digest.hexdigest()} and size {size}, not as in {descriptor}")


def verify(layout):
    json.loads((layout / "oci-layout").read_bytes())["imageLayoutVersion"]
    manifests = json.loads((layout / "index.json").read_bytes())["manifests"]
    needed = {d["digest"]: d for m in manifests for d in reachable(layout, m)}
    for descriptor in needed.values():
        check(layout, descriptor)
    expected = {blob(layout, d) for d in needed.values()}
    spare = {p for p in (layout / "blobs").rglob("*") if p.is_file()} - expected
    if spare or not manifests:
        sys.exit(f"{len(manifests)} images; blobs that nothing needs: {sorted(map(str, spare))}")


def named(layout, name):
    """The descriptor of the one image called NAME."""
    index = json.loads((layout / "index.json").read_bytes())
    for descriptor in index["manifests"]:
        if name in map(descriptor.get("annotations", {}).get, NAMES):
            return descriptor
    sys.exit(f"there is no image {name} in {layout}")


def layers_of(layout, image):
    return json.loads(blob(layout, image).read_bytes())["layers"]


def archive(layout, image, digests):
    """Writes a layout of the one image, with these blobs."""
    index = json.loads((layout / "index.json").read_bytes()) | {"manifests": [image]}
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
        tar.add(layout / "oci-layout", "oci-layout")
        for digest in sorted(digests):
            path = blob(layout, {"digest": digest})
            tar.add(path, str(path.relative_to(layout)))
        content = json.dumps(index).encode()
        member = tarfile.TarInfo("index.json")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))


def subset(layout, name):
    image = named(layout, name)
    archive(layout, image, {d["digest"] for d in reachable(layout, image)})


def thin(layout, name):
    image = named(layout, name)
    layers = {d["digest"] for d in layers_of(layout, image)}
    archive(layout, image, {d["digest"] for d in reachable(layout, image)} - layers)


def layers(layout, name):
    for layer in layers_of(layout, named(layout, name)):
        print(layer["digest"], layer["size"])


def manifest(layout, name):
    print(named(layout, name)["digest"])


if __name__ == "__main__":
    commands = {"verify": verify, "subset": subset, "thin": thin, "layers": layers, "manifest": manifest}
    commands[sys.argv[1]](pathlib.Path(sys.argv[2]), *sys.argv[3:])
