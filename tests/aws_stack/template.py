"""What aws/cluster.yaml itself says, read without CloudFormation: moto makes something else of a part of it.

usage: template.py TEMPLATE
"""

import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Short forms of CloudFormation's functions become what they stand for."""


def function(loader, name, node):
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_scalar(node)}


Loader.add_multi_constructor("!", function)


def resources(path):
    with open(path) as file:
        return yaml.load(file, Loader)["Resources"]


def of_type(path, kind):
    return {name: each["Properties"] for name, each in resources(path).items() if each["Type"] == kind}


def ingress_rules(path):
    """Group, source and ports of every rule that lets something in, wherever it stands."""
    for name, group in of_type(path, "AWS::EC2::SecurityGroup").items():
        for rule in group.get("SecurityGroupIngress", []):
            yield ingress_rule(name, rule)
    for rule in of_type(path, "AWS::EC2::SecurityGroupIngress").values():
        yield ingress_rule(rule["GroupId"]["Ref"], rule)


def ingress_rule(group, rule):
    source = rule.get("SourceSecurityGroupId") or rule["CidrIp"]
    first, last = rule["FromPort"], rule["ToPort"]
    ports = first if first == last else f"{first}-{last}"
    return f"{group} from {source['Ref']}: {rule['IpProtocol']} {ports}"


def needs(resource):
    named = resource.get("DependsOn", [])
    return [named] if isinstance(named, str) else named


def waits(found, name, awaited):
    """Whether the resource `name` is made after `awaited`, by its own words or those of what it waits for."""
    return any(each == awaited or waits(found, each, awaited) for each in needs(found[name]))


def in_subnet(found):
    """What takes an address: whatever names the subnet, but for what reserves some."""
    names = [name for name, each in found.items() if '{"Ref": "Subnet"}' in json.dumps(each["Properties"])]
    return sorted(name for name in names if name != "AddressReservation")


def balancer(path):
    (properties,) = of_type(path, "AWS::ElasticLoadBalancingV2::LoadBalancer").values()
    return {key: properties[key] for key in ["Type", "Scheme", "SecurityGroups", "SubnetMappings"]}


def listeners(path):
    """Protocol, port, and where it leads."""
    for listener in of_type(path, "AWS::ElasticLoadBalancingV2::Listener").values():
        (action,) = listener["DefaultActions"]
        yield [listener["Protocol"], listener["Port"], action["TargetGroupArn"]["Ref"]]


def target_group(properties):
    attributes = {each["Key"]: each["Value"] for each in properties.get("TargetGroupAttributes", [])}
    return {
        "protocol": properties["Protocol"],
        "port": properties["Port"],
        "targets": [each["Id"]["Ref"] for each in properties["Targets"]],
        "preserve_client_ip": attributes.get("preserve_client_ip.enabled"),
    }


if __name__ == "__main__":
    template = sys.argv[1]
    found = resources(template)
    json.dump(
        {
            "ingress_rules": sorted(ingress_rules(template)),
            "in_subnet": in_subnet(found),
            "unreserved": [name for name in in_subnet(found) if not waits(found, name, "AddressReservation")],
            "balancer": balancer(template),
            "listeners": sorted(listeners(template)),
            "target_groups": {
                name: target_group(properties)
                for name, properties in of_type(template, "AWS::ElasticLoadBalancingV2::TargetGroup").items()
            },
        },
        sys.stdout,
    )
