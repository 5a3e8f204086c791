"""Reads a snapshot back by GetSnapshotBlock and writes it to a file, zeros where it has no block.

usage: read_snapshot.py ENDPOINT SNAPSHOT FILE
"""

import base64
import hashlib
import json
import sys

import boto3

BLOCK = 512 * 1024
endpoint, snapshot, path = sys.argv[1:]
ebs = boto3.client(
    "ebs", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
)
blocks = ebs.list_snapshot_blocks(SnapshotId=snapshot)["Blocks"]
with open(path, "r+b") as file:
    for block in blocks:
        got = ebs.get_snapshot_block(
            SnapshotId=snapshot, BlockIndex=block["BlockIndex"], BlockToken=block["BlockToken"]
        )
        data = got["BlockData"].read()
        assert len(data) == BLOCK, len(data)
        # moto keeps the checksum without comparing it, as AWS would
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        assert got["Checksum"] == digest, block
        file.seek(block["BlockIndex"] * BLOCK)
        file.write(data)
json.dump(sorted(block["BlockIndex"] for block in blocks), sys.stdout)
