"""Reads an OCI image layout (OCI image specification, image-layout.md) without trusting who wrote it.

layout.py verify LAYOUT          every blob has its digest and size, each is needed, all that is needed is there
layout.py subset LAYOUT NAME     a tar archive on stdout with the one image called NAME
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


def subset(layout, name):
    index = json.loads((layout / "index.json").read_bytes())
    wanted = [m for m in index["manifests"] if name in map(m.get("annotations", {}).get, NAMES)]
    if not wanted:
        sys.exit(f"there is no image {name} in {layout}")
    index["manifests"] = wanted
    with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as tar:
        tar.add(layout / "oci-layout", "oci-layout")
        for digest in {d["digest"]: d for m in wanted for d in reachable(layout, m)}.values():
            path = blob(layout, digest)
            tar.add(path, str(path.relative_to(layout)))
        content = json.dumps(index).encode()
        member = tarfile.TarInfo("index.json")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    command = {"verify": verify, "subset": subset}[sys.argv[1]]
    command(pathlib.Path(sys.argv[2]), *sys.argv[3:])
