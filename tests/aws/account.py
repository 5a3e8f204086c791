"""Prints the AMIs and snapshots that the account has, with what imgbuild says of them.

usage: account.py ENDPOINT REGION
"""

import json
import sys

import boto3

endpoint, region = sys.argv[1:]
ec2 = boto3.client(
    "ec2", endpoint_url=endpoint, region_name=region, aws_access_key_id="a", aws_secret_access_key="b"
)


def tags(thing):
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", [])}


images = ec2.describe_images(Owners=["self"])["Images"]
snapshots = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
permissions = {
    image["ImageId"]: ec2.describe_image_attribute(ImageId=image["ImageId"], Attribute="launchPermission")
    for image in images
}
json.dump(
    {
        "images": {
            image["ImageId"]: {
                "name": image["Name"],
                "description": image["Description"],
                "tags": tags(image),
                "shared": [each["UserId"] for each in permissions[image["ImageId"]]["LaunchPermissions"]],
            }
            for image in images
        },
        "snapshots": {
            snapshot["SnapshotId"]: tags(snapshot) for snapshot in snapshots if "imgbuild:digest" in tags(snapshot)
        },
    },
    sys.stdout,
)
