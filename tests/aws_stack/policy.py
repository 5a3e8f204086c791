"""What the roles of aws/cluster.yaml may read, as moto judges their policies.

usage: policy.py TEMPLATE

moto's server asks its judge about any secret instead of the one that is meant, so the judge is asked directly.
"""

import json
import sys

from moto.iam.access_control import IAMPolicy, PermissionResult
from template import resources

ACTION = "secretsmanager:GetSecretValue"
PREFIX = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:imgbuild"
SECRETS = {"own": f"{PREFIX}/aws/0/control-plane-abcdef", "other": f"{PREFIX}/other/0/control-plane-abcdef"}


def policies(properties):
    assert not properties.get("ManagedPolicyArns"), "no policy of somebody else's"
    for policy in properties.get("Policies", []):
        document = json.dumps(policy["PolicyDocument"])
        yield document.replace(json.dumps({"Ref": "ControlPlaneSecret"}), json.dumps(SECRETS["own"]))


def may(documents, action, resource):
    results = [IAMPolicy({"policy_document": each}).is_action_permitted(action, resource) for each in documents]
    assert PermissionResult.DENIED not in results, "nothing is denied where nothing is allowed"
    return PermissionResult.PERMITTED in results


roles = resources(sys.argv[1])
answers = {}
for name in ["ControlPlaneRole", "WorkerRole"]:
    documents = list(policies(roles[name]["Properties"]))
    answers[name] = {secret: may(documents, ACTION, arn) for secret, arn in SECRETS.items()}
    answers[name]["write"] = may(documents, "secretsmanager:PutSecretValue", SECRETS["own"])
json.dump(answers, sys.stdout)
