"""The schemas of resources and data sources, as the providers publish them, out of packages of two registries.

What can be set, its type and how it nests are read from `@cdktf/provider-*` (npm); what the provider fills in when it is
left out, what is secret and which default is documented from `pulumi-*` (PyPI), whose classes are made from the same
schemas: an output that is never `None` though its input may be left out is one that the provider computes.

    python3 tests/stacks/schema.py NPM PYPI

writes `data/terraform/computed.txt` anew; `plan.py` beside it says what the folders hold.
"""
import glob, os, re, sys

# Read as attributes although they are written as blocks (`SchemaConfigModeAttr` in the providers' sources).
ATTRIBUTES = {
    "aws_security_group": {"ingress", "egress"}, "aws_default_security_group": {"ingress", "egress"},
    "aws_route_table": {"route"}, "aws_network_acl": {"ingress", "egress"},
    "azurerm_network_security_group": {"security_rule"}, "azurerm_virtual_network": {"subnet"},
    "azurerm_route_table": {"route"},
}
# Filled in within a block, which the packages do not say: by the sources of the providers (`internal/service/eks`,
# `google/services/sql`, `google/services/container/node_config.go` and `resource_container_cluster.go`).
NODE = {"guest_accelerator", "oauth_scopes", "shielded_instance_config", "workload_metadata_config", "kubelet_config"}
COMPUTED = {
    "aws_s3_bucket_versioning": {"versioning_configuration.mfa_delete"},
    "aws_eks_cluster": {"vpc_config.public_access_cidrs", "kubernetes_network_config.service_ipv4_cidr"},
    "google_sql_database_instance": {
        "settings." + name for name in (
            "backup_configuration", "backup_configuration.backup_retention_settings", "ip_configuration",
            "data_cache_config", "connection_pool_config", "location_preference",
        )
    },
    "google_container_node_pool": {"node_config." + name for name in NODE},
    "google_container_cluster": {"node_config." + name for name in NODE} | {"node_pool.node_config." + name for name in NODE}
    | {"private_cluster_config.master_global_access_config", "monitoring_config.managed_prometheus",
       "monitoring_config.advanced_datapath_observability_config", "master_auth.client_certificate_config"},
}
# A documented default that is the service's and not the provider's: the plan has nothing there.
NO_DEFAULT = {("aws_db_instance", "storage_encrypted"), ("aws_sqs_queue", "kms_data_key_reuse_period_seconds")}
# Where the class of `pulumi-*` is not found by the name.
CLASSES = {
    "aws_lb": "lb/load_balancer", "aws_lb_listener": "lb/listener", "aws_lb_target_group": "lb/target_group",
    "aws_db_instance": "rds/instance", "aws_db_subnet_group": "rds/subnet_group", "aws_vpc": "ec2/vpc",
    "aws_subnet": "ec2/subnet", "aws_db_parameter_group": "rds/parameter_group", "aws_s3_bucket": "s3/bucket",
    "aws_wafv2_web_acl": "wafv2/web_acl", "aws_instance": "ec2/instance", "aws_nat_gateway": "ec2/nat_gateway",
    "azurerm_monitor_diagnostic_setting": "monitoring/diagnostic_setting", "azurerm_application_insights": "appinsights/insights",
    "azurerm_storage_account_customer_managed_key": "storage/customer_managed_key", "aws_s3_object": "s3/bucket_objectv2",
    "google_service_account": "serviceaccount/account", "google_project_service": "projects/service",
    "google_cloudfunctions2_function": "cloudfunctionsv2/function", "aws_cloudtrail": "cloudtrail/trail", "aws_elb": "elb/load_balancer",
    "azurerm_api_management": "apimanagement/service", "azurerm_container_app": "containerapp/app", "azurerm_lb": "lb/load_balancer",
    "azurerm_storage_account": "storage/account", "azurerm_linux_web_app": "appservice/linux_web_app",
    "azurerm_service_plan": "appservice/service_plan", "azurerm_linux_function_app": "appservice/linux_function_app",
    "azurerm_resource_group": "core/resource_group", "azurerm_container_registry": "containerservice/registry",
    "azurerm_network_security_group": "network/network_security_group",
    "azurerm_private_endpoint": "privatelink/endpoint", "azurerm_role_assignment": "authorization/assignment",
    "azurerm_log_analytics_workspace": "operationalinsights/analytics_workspace",
    "google_storage_bucket": "storage/bucket", "google_project_iam_member": "projects/iam_member",
    "google_compute_network": "compute/network",
}
# Nested deeper than the package goes: the part of it that stacks use.
DEEPER = {
    ("aws_wafv2_web_acl", "rule.statement"): {
        "managed_rule_group_statement": {"name": "string", "vendor_name": "string", "version": "string"},
        "rate_based_statement": {"limit": "number", "aggregate_key_type": "string", "evaluation_window_sec": "number"},
    },
}
SIMPLE = {"string": '"string"', "number": '"number"', "boolean": '"bool"', "any": '"string"'}


def camel(name):
    head, *rest = name.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


class Package:
    """One provider: `aws`, `azurerm`, `google`."""

    def __init__(self, npm, pypi, provider):
        self.provider = provider
        self.lib = os.path.join(npm, provider, "package/lib")
        self.pulumi = os.path.join(pypi, {"aws": "pulumi_aws", "azurerm": "pulumi_azure", "google": "pulumi_gcp"}[provider])

    def block(self, kind, data=False):
        """`{"attributes": {name: …}, "blocks": {name: (nesting, block)}}`, or None for a type that it does not have."""
        short = kind.removeprefix(self.provider + "_").replace("_", "-")
        folder = os.path.join(self.lib, (f"data-{self.provider}-" if data else "") + short)
        files = [os.path.join(folder, "index.js")] + sorted(glob.glob(folder + "/index-structs/*.js"))
        if not os.path.exists(files[0]):
            return None
        text = "\n".join(open(file).read() for file in files)
        classes = dict(re.findall(r"^class (\w+) extends [\w.]+ \{\n(.*?)^\}", text, re.M | re.S))
        name = next(name for name, body in classes.items() if "synthesizeHclAttributes()" in body)
        synthesized = classes[name].split("synthesizeHclAttributes()")[1]
        block = self.fields(kind, synthesized, classes[name], text, classes, "")
        if not data and kind not in ("provider",):
            self.enrich(kind, block)
        return block

    def fields(self, kind, settable, body, text, classes, at):
        block = {"attributes": {}, "blocks": {}}
        shape = r"^\s+'?([\w-]+)'?: \{\s+value: (.*?),\n\s+isBlock: (\w+),\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\""
        for name, value, nested, mode, store in re.findall(shape, settable, re.M | re.S):
            path = f"{at}.{name}".lstrip(".")
            if (kind, path) in DEEPER:
                below = {
                    inner: ("list", {"attributes": {key: {"type": f'"{one}"', "optional": True} for key, one in fields.items()}, "blocks": {}})
                    for inner, fields in DEEPER[kind, path].items()
                }
                block["blocks"][name] = ("list", {"attributes": {}, "blocks": below})
                continue
            # some names mean something else in the package: `self` and `get_password_data` are others there
            spelled = [camel("x_" + one)[1:] for one in (name, name.replace("get_", "fetch_"))]
            optional = any(f"reset{one}{end}()" in body for one in spelled for end in ("", "Attribute", "Input"))
            if nested == "true":
                inner = re.findall(r"(\w+)ToHclTerraform", value)
                struct = next(word for word in inner if not word.startswith(("listMapper", "hashMapper")))
                found = re.search(r"function %sToHclTerraform\(struct\) \{.*?const attrs = \{(.*?)\n    \};" % struct, text, re.S)
                upper = struct[0].upper() + struct[1:]
                below = self.fields(kind, found[1] if found else "", classes.get(upper + "OutputReference", ""), text, classes, path)
                if name in ATTRIBUTES.get(kind, ()):
                    kept = {key: one["type"] for key, one in below["attributes"].items()}
                    fields = ",".join(f'"{key}":{kept[key]}' for key in kept)
                    block["attributes"][name] = {"type": f'["{mode}",["object",{{{fields}}}]]', "optional": True, "computed": True}
                else:
                    if not optional:
                        block.setdefault("required_blocks", set()).add(name)
                    block["blocks"][name] = ({"list": "list", "set": "set", "struct": "single", "map": "map"}[mode], below)
                continue
            one = {"type": kind_of(mode, store), "optional": optional, "required": not optional}
            if path in COMPUTED.get(kind, ()):
                one["computed"] = True
            block["attributes"][name] = one
        # what is only told, never set
        told = r"// ([\w]+) - computed: true, optional: false, required: false\n(.*?)\n    \}\n"
        for name, rest in re.findall(told, body, re.S):
            if name in block["attributes"] or name in block["blocks"]:
                continue
            block["attributes"][name] = {"type": self.told(name, rest, body, classes), "computed": True}
        if not at:
            block["attributes"]["id"] = {"type": '"string"', "optional": True, "computed": True}
        return block

    def told(self, name, rest, body, classes):
        getter = re.search(r"this\.get(\w+)Attribute\(", rest)
        by_getter = {
            "String": '"string"', "Number": '"number"', "Boolean": '"bool"', "List": '["list","string"]',
            "StringMap": '["map","string"]', "NumberList": '["list","number"]', "BooleanMap": '["map","bool"]',
        }
        if getter:
            return by_getter.get(getter[1], '"string"')
        plain = re.search(r'new cdktf\.(String|Number|Boolean)(Map|List)\(this, "%s"' % name, body)
        if plain:
            return f'["{plain[2].lower()}",{SIMPLE[plain[1].lower()]}]'
        made = re.search(r'new (\w+?)(List|Map)?\(this, "%s", (true|false)' % name, body)
        inner = classes.get(made[1] + "OutputReference", "") if made else ""
        fields = re.findall(r"// ([\w]+) - computed: true, optional: \w+, required: false\n(.*?)\n    \}\n", inner, re.S)
        shown = ",".join(f'"{key}":{self.told(key, rest, inner, classes)}' for key, rest in fields)
        return f'["{"set" if made and made[3] == "true" else "list"}",["object",{{{shown}}}]]'

    def enrich(self, kind, block):
        path = self.pulumi_class(kind)
        if not path:
            print(f"no class of pulumi for {kind}")
            return
        text = open(path).read()
        secret = {snake(name) for names in re.findall(r"additional_secret_outputs=\[([^\]]*)\]", text) for name in re.findall(r'"(\w+)"', names)}
        outputs = {}
        for found in re.finditer(r"    def (\w+)\(self\) -> pulumi\.Output\[([^\n]*)\]:\n(\s+\"\"\".*?\"\"\")?", text, re.S):
            outputs[found[1]] = (found[2], found[3] or "")

        def output(name):
            plural = name[:-1] + "ies" if name.endswith("y") else name + "es" if name.endswith(("s", "x", "ss")) else name + "s"
            return next((outputs[one] for one in (name, plural, name.rstrip("s")) if one in outputs), None)

        for name, one in block["attributes"].items():
            found = output(name)
            one["sensitive"] = name in secret
            if not found or not one.get("optional"):
                continue
            if not found[0].startswith("Optional["):
                one["computed"] = True
            elif (kind, name) not in NO_DEFAULT:
                default = re.search(r"[Dd]efaults? (?:value )?(?:is|to) [`\"]([^`\"\s]+)[`\"]", found[1])
                if default and one["type"] in ('"string"', '"number"', '"bool"'):
                    one["default"] = literal(default[1], one["type"])
        block["computed_blocks"] = [
            name for name in block["blocks"].keys() - block.get("required_blocks", set()) if (found := output(name)) and not found[0].startswith("Optional[")
        ]
        self.nested_computed(kind, block, "")
        self.nested_defaults(os.path.dirname(path), os.path.basename(path)[:-3], block)

    def nested_computed(self, kind, block, at):
        for name, (_, below) in block["blocks"].items():
            path = f"{at}.{name}".lstrip(".")
            if path in COMPUTED.get(kind, ()):
                block.setdefault("computed_blocks", []).append(name)
            self.nested_computed(kind, below, path)

    def nested_defaults(self, folder, name, block):
        """Defaults within blocks: by the documentation of the class of each."""
        inputs = os.path.join(folder, "_inputs.py")
        if not os.path.exists(inputs):
            return
        text = open(inputs).read()
        classes = {one: body for one, body in re.findall(r"^class (\w+)Args:\n(.*?)(?=^@pulumi|^if not|\Z)", text, re.M | re.S)}
        base = "".join(word.capitalize() for word in name.split("_"))

        def walk(block, prefix):
            for key, (_, below) in block["blocks"].items():
                title = "".join(word.capitalize() for word in key.split("_"))
                found = next((one for one in (prefix + title, prefix + title.rstrip("s")) if one in classes), None)
                if found:
                    for attribute, one in below["attributes"].items():
                        said = re.search(r":param [^\n]*?\b%s: (.*?)(?=\n\s+:param|\"\"\")" % attribute, classes[found], re.S)
                        default = said and re.search(r"[Dd]efaults? (?:value )?(?:is|to) [`\"]([^`\"\s]+)[`\"]", said[1])
                        if default and one.get("optional") and one["type"] in ('"string"', '"number"', '"bool"'):
                            one["default"] = literal(default[1], one["type"])
                    walk(below, found)

        walk(block, base)

    def pulumi_class(self, kind):
        if kind in CLASSES:
            return os.path.join(self.pulumi, CLASSES[kind] + ".py")
        if not hasattr(self, "files"):
            self.files = {}
            for path in sorted(glob.glob(self.pulumi + "/*/*.py") + glob.glob(self.pulumi + "/*.py")):
                module, file = os.path.basename(os.path.dirname(path)), os.path.basename(path)[:-3]
                for joined in (module + file, file):
                    self.files.setdefault(joined.replace("_", ""), path)
        return self.files.get("".join(kind.split("_")[1:]))


def literal(text, kind):
    try:
        return {'"bool"': lambda: {"true": True, "false": False}[text.lower()], '"number"': lambda: int(text), '"string"': lambda: text}[kind]()
    except (KeyError, ValueError):
        return None


def snake(name):
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def kind_of(mode, store):
    element = re.sub(r"(List|Map|Set)$", "", store)
    inner = SIMPLE.get(element)
    if mode == "simple":
        return SIMPLE.get(store, '"string"')
    if inner is None:
        nested = re.sub(r"(List|Map|Set)$", "", element)
        outer = re.search(r"(List|Map|Set)$", element)
        inner = f'["{outer[1].lower()}",{SIMPLE.get(nested, chr(34) + "string" + chr(34))}]' if outer else '"string"'
    return f'["{mode}",{inner}]'


def lists_within(block, at):
    """The attributes of blocks that are lists: no dynamic block can have written one that the configuration does not show."""
    for name, (_, below) in block["blocks"].items():
        path = f"{at}.{name}".lstrip(".")
        for attribute, one in below["attributes"].items():
            if one["type"].startswith(('["list"', '["set"')) and not one.get("required"):
                yield f"{path}.{attribute}"
        yield from lists_within(below, path)


def computed(npm, pypi):
    """The lists and blocks that providers fill in, of every type that a reader reads."""
    here = os.path.dirname(os.path.abspath(__file__))
    readers = "\n".join(open(file).read() for file in glob.glob(here + "/../../src/provider/**/*.rs", recursive=True))
    with open(here + "/../../data/terraform/computed.txt", "w") as out:
        out.write("# lists and blocks that a provider fills in where nobody wrote them; made by tests/stacks/schema.py\n")
        for provider in ("aws", "azurerm", "google"):
            package = Package(npm, pypi, provider)
            for kind in sorted(set(re.findall(r'"(%s_\w+)"' % provider, readers))):
                block = package.block(kind)
                if not block or not package.pulumi_class(kind):
                    continue
                lists = [name for name, one in block["attributes"].items() if one.get("computed") and one["type"].startswith(('["list"', '["set"'))]
                nested = [path for path in lists_within(block, "") if f'"{path}"' in readers] + sorted(COMPUTED.get(kind, ()))
                names = sorted(set(lists + block.get("computed_blocks", []) + nested) - ATTRIBUTES.get(kind, set()))
                if names:
                    out.write(f"{kind} {' '.join(names)}\n")


if __name__ == "__main__":
    computed(*sys.argv[1:])
