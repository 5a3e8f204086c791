"""Creates the stack of aws/cluster.yaml in moto, as `aws cloudformation create-stack` does, and prints what is there.

usage: stack.py ENDPOINT TEMPLATE PARAMETERS
"""

import json
import sys

import boto3

endpoint, template, parameters = sys.argv[1:]


MAPPINGS = """      SubnetMappings:
        - {SubnetId: !Ref Subnet, PrivateIPv4Address: !Ref EndpointAddress}
"""


def for_moto(text):
    """moto's CloudFormation makes application load balancers only, and ends with an error where something is of none."""
    assert MAPPINGS in text, "the load balancer must have the endpoint's address"
    return text.replace(MAPPINGS, "      Subnets: [!Ref Subnet]\n").replace("Protocol: TCP\n", "Protocol: HTTP\n")


def client(service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


ec2, iam, cloudformation = client("ec2"), client("iam"), client("cloudformation")
balancers, scaling = client("elbv2"), client("autoscaling")

image = ec2.register_image(Name="stack-test")["ImageId"]
given = json.load(open(parameters)) + [{"ParameterKey": "ImageId", "ParameterValue": image}]
cloudformation.create_stack(
    StackName="book", TemplateBody=for_moto(open(template).read()), Parameters=given, Capabilities=["CAPABILITY_IAM"]
)
resources = {
    each["LogicalResourceId"]: each
    for each in cloudformation.describe_stack_resources(StackName="book")["StackResources"]
    if "LogicalResourceId" in each  # what moto does not know has none
}


def physical(name):
    return resources[name]["PhysicalResourceId"]


def instance(name):
    found = ec2.describe_instances(InstanceIds=[physical(name)])["Reservations"][0]["Instances"][0]
    data = ec2.describe_instance_attribute(InstanceId=found["InstanceId"], Attribute="userData")["UserData"]["Value"]
    return {
        "address": found["PrivateIpAddress"],
        "image": found["ImageId"] == image,
        "groups": len(found["SecurityGroups"]),
        "user_data": data,
    }


def launch_template(name):
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=physical(name))["LaunchTemplateVersions"]
    return versions[-1]["LaunchTemplateData"]


def role_policies(name):
    names = iam.list_role_policies(RoleName=physical(name))["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=physical(name), PolicyName=each)["PolicyDocument"] for each in names]
    attached = iam.list_attached_role_policies(RoleName=physical(name))["AttachedPolicies"]
    return {"inline": documents, "attached": attached}


def target_group(name):
    """moto gives it neither the targets nor the attributes of the template: template.py has these."""
    group = balancers.describe_target_groups(TargetGroupArns=[physical(name)])["TargetGroups"][0]
    return {"protocol": group["Protocol"], "port": group["Port"]}


workers = launch_template("WorkerTemplate")
group = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[physical("WorkerGroup")])["AutoScalingGroups"][0]
listeners = balancers.describe_listeners(LoadBalancerArn=physical("Balancer"))["Listeners"]
json.dump(
    {
        "resources": sorted(resources),
        "control_planes": {name: instance(name) for name in ["ControlPlane1", "ControlPlane2", "ControlPlane3"]},
        "templates": {name: launch_template(name) for name in ["ControlPlaneTemplate", "WorkerTemplate"]},
        "worker_user_data": workers["UserData"],
        "scaling": {"min": group["MinSize"], "max": group["MaxSize"], "groups": group["TargetGroupARNs"]},
        "ingress": physical("IngressTargets"),
        "roles": {name: role_policies(name) for name in ["ControlPlaneRole", "WorkerRole"]},
        "targets": {name: target_group(name) for name in ["ApiTargets", "IngressTargets"]},
        "listeners": sorted([each["Protocol"], each["Port"]] for each in listeners),
    },
    sys.stdout,
    default=str,
)
