"""Writes `shapes.json`: what the calls that `services/*.yaml` name take and answer, so that a test can tell a name that
AWS does not know from one that it does.

    python3 -m venv venv && venv/bin/pip install botocore==1.44.5 PyYAML==6.0.4
    venv/bin/python data/aws/shapes.py

The facts come from botocore's models (Apache-2.0). A member is "" for a plain value, "*" for a free document, "#Name" for
a shape of the same service, "[]..." for a list and "{}..." for a map of them; of an input, whether it is required.
"""

import json
import pathlib

import yaml
from botocore.loaders import Loader
from botocore.model import ServiceModel

HERE = pathlib.Path(__file__).parent


def calls():
    """Every call of every table, by client."""
    found = {}
    for file in sorted((HERE / "services").glob("*.yaml")):
        table = yaml.safe_load(file.read_text())
        for kind in table["types"]:
            for question in [kind.get("list"), kind.get("single"), *kind.get("details", [])]:
                if question:
                    client = found.setdefault(question.get("service", table["service"]), set())
                    client.add(question["call"])
                    if "prepare" in question:
                        client.add(question["prepare"]["call"])
    return found


class Service:
    """The operations and the shapes of one client."""

    def __init__(self, name):
        self.model = ServiceModel(Loader().load_service_model(name, "service-2"), name)
        self.shapes = {}

    def kind(self, shape):
        if shape.type_name == "structure":
            if shape.metadata.get("document"):
                return "*"
            if shape.name not in self.shapes:
                self.shapes[shape.name] = {}
                members = {name: self.kind(member) for name, member in shape.members.items()}
                self.shapes[shape.name] = members
            return "#" + shape.name
        if shape.type_name == "list":
            return "[]" + self.kind(shape.member)
        if shape.type_name == "map":
            return "{}" + self.kind(shape.value)
        return ""

    def operation(self, name):
        operation = self.model.operation_model(name)
        given, answer = operation.input_shape, operation.output_shape
        required = set(given.required_members) if given else set()
        return {
            "in": {member: member in required for member in (given.members if given else {})},
            "out": self.kind(answer) if answer else "*",
        }


def main():
    services, unknown = {}, []
    for client, names in sorted(calls().items()):
        service = Service(client)
        known = set(service.model.operation_names)
        unknown += [f"{client}:{name}" for name in sorted(names - known)]
        operations = {name: service.operation(name) for name in sorted(names & known)}
        services[client] = {"operations": operations, "shapes": dict(sorted(service.shapes.items()))}
    lines = []
    for client, service in services.items():
        parts = []
        for part in ("operations", "shapes"):
            rows = ",\n".join(
                f"   {json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in service[part].items()
            )
            parts.append(f'  "{part}": {{\n{rows}\n  }}')
        lines.append(f" {json.dumps(client)}: {{\n" + ",\n".join(parts) + "\n }")
    (HERE / "shapes.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    if unknown:
        raise SystemExit("AWS has no such operations: " + ", ".join(unknown))


main()
