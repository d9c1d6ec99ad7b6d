#!/usr/bin/env python3
"""Condenses what the providers publish of their resources into the lists that `tests/attributes.rs` checks fixtures by.

    npm pack @cdktf/provider-aws @cdktf/provider-azurerm @cdktf/provider-azuread @cdktf/provider-google @cdktf/provider-kubernetes
    pip install cfn-lint; pip download --no-deps azure-mgmt-network azure-mgmt-storage …
    python3 tests/attributes/make.py FOLDER

FOLDER holds the packed packages of npm and the wheels of azure-mgmt-*; cfn-lint is imported. The types that some fixture
or remedy uses or some reader reads are written, each with all that can be set; of Azure the names of the properties that fixtures
and readers use, as its packages say no more than the names. The head of each list says the versions.
"""
import glob, json, os, re, sys, tarfile, zipfile
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = [os.path.join(HERE, "../../fixtures", path) for path in ("rules/*/*", "stacks/**/*")]
RULES = os.path.join(HERE, "../../rules/*/*.yaml")
READERS = os.path.join(HERE, "../../src/provider/**/*.rs")
AZURE = {
    "apimanagement": "ApiManagement", "appconfiguration": "AppConfiguration", "appcontainers": "App", "cdn": "Cdn",
    "cognitiveservices": "CognitiveServices", "containerinstance": "ContainerInstance",
    "containerregistry": "ContainerRegistry", "containerservice": "ContainerService", "cosmosdb": "DocumentDB",
    "datafactory": "DataFactory", "dataprotection": "DataProtection", "datashare": "DataShare",
    "eventgrid": "EventGrid", "eventhub": "EventHub", "frontdoor": "Network", "keyvault": "KeyVault",
    "loganalytics": "OperationalInsights", "machinelearningservices": "MachineLearningServices",
    "managedservices": "ManagedServices", "monitor": "Insights", "msi": "ManagedIdentity",
    "mysqlflexibleservers": "DBforMySQL", "postgresqlflexibleservers": "DBforPostgreSQL", "rdbms": "DBforPostgreSQL",
    "recoveryservices": "RecoveryServices", "recoveryservicesbackup": "RecoveryServices", "redis": "Cache", "resource": "Authorization",
    "resource_policy": "Authorization", "servicebus": "ServiceBus",
}


def used(ending, pattern):
    files = [path for place in FIXTURES for path in glob.glob(place, recursive=True) if path.endswith(ending)]
    files += glob.glob(RULES)
    return {name for path in files for name in re.findall(pattern, open(path).read(), re.M)}


def read(pattern):
    files = glob.glob(READERS, recursive=True)
    return {name for path in files for name in re.findall(pattern, open(path).read())}


def shown(tree):
    named = sorted((key, below) for key, below in tree.items() if key not in ("tags_all", "timeouts"))
    return " ".join(key + ("{" + shown(below) + "}" if below else "") for key, below in named)


def write(name, head, trees):
    with open(os.path.join(HERE, name), "w") as out:
        out.write(f"# {head}; made by make.py\n")
        for kind, tree in sorted(trees.items()):
            out.write(f"{kind} {shown(tree)}".rstrip() + "\n")


def terraform(folder):
    types = used(".tf", r'^ *resource "(\w+)"') | read(r'"((?:aws|azurerm|azuread|google|kubernetes)_\w+)"')
    trees, versions = {}, []
    for package in sorted(glob.glob(folder + "/cdktf-provider-*.tgz")):
        texts = defaultdict(str)
        with tarfile.open(package) as packed:
            for member in packed:
                if member.name == "package/package.json":
                    said = json.load(packed.extractfile(member))["cdktf"]["provider"]
                    versions.append(f"{said['name'].split('/')[-1]} {said['version']}")
                found = re.fullmatch(r"package/lib/([^/]+)/(index|index-structs/\w+)\.js", member.name)
                if found and not re.match(r"data-(aws|azurerm|azuread|google|kubernetes)-", found[1]):
                    texts[found[1]] += packed.extractfile(member).read().decode() + "\n"
        for text in texts.values():
            kind = re.search(r'tfResourceType = "(\w+)"', text)
            if not kind or kind[1] not in types:
                continue
            shape = r"function (\w+)ToTerraform\(struct\) \{.*?return \{(?:\n(.*?)\n    )?\};"
            structs = {found[1]: found[2] or "" for found in re.finditer(shape, text, re.S)}
            whole = re.search(r"synthesizeAttributes\(\) \{\s+return \{\n(.*?)\n        \};", text, re.S)
            trees[kind[1]] = attributes(whole[1], structs, ()) if whole else {}
    write("terraform.txt", ", ".join(versions), trees)


def attributes(body, structs, within):
    tree = {}
    for key, value in re.findall(r"^\s+'?([\w-]+)'?: (.*)$", body, re.M):
        struct = next((name for name in re.findall(r"(\w+)ToTerraform", value) if name in structs), None)
        deeper = struct and struct not in within
        tree[key] = attributes(structs[struct], structs, within + (struct,)) if deeper else {}
    return tree


def cloudformation():
    import cfnlint
    data = os.path.join(os.path.dirname(cfnlint.__file__), "data/schemas")
    region = json.load(open(data + "/providers/us-east-1.json"))
    trees = {}
    # what the serverless transform makes of its own types
    made = {"AWS::ApiGateway::RestApi", "AWS::Lambda::Permission"}
    for kind in (used(".cfn.yaml", r"Type: (AWS::[\w:]+)") | read(r'"(AWS::[\w:]+)"') | made) & set(region):
        schema = json.load(open(f"{data}/resources/{region[kind]}.json"))
        trees[kind] = properties({"properties": schema["properties"]}, schema, ())
    write("cloudformation.txt", f"cfn-lint {cfnlint.version.__version__}, us-east-1", trees)


def properties(node, schema, within):
    """`*` stands for any key."""
    if "$ref" in node:
        ref, found = node["$ref"], schema
        if ref in within:
            return {}
        for step in ref[2:].split("/"):
            found = found.get(step, {})
        return properties(found, schema, within + (ref,))
    tree = {key: properties(value, schema, within) for key, value in node.get("properties", {}).items()}
    for choice in ("oneOf", "anyOf", "allOf"):
        for one in node.get(choice, []):
            tree.update(properties(one, schema, within))
    if isinstance(node.get("items"), dict):
        tree.update(properties(node["items"], schema, within))
    for value in node.get("patternProperties", {}).values():
        tree["*"] = properties(value, schema, within) if isinstance(value, dict) else {}
    kinds = node.get("type", [])
    if "object" in (kinds if isinstance(kinds, list) else [kinds]) and (not tree or isinstance(kinds, list)):
        tree.setdefault("*", {})
    return tree


def arm(folder):
    names = defaultdict(set)
    for wheel in glob.glob(folder + "/azure_mgmt_*.whl"):
        package = re.search(r"azure_mgmt_(\w+?)-\d", wheel)[1]
        space = "Microsoft." + AZURE.get(package, package.capitalize())
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                if "models" not in name or not name.endswith(".py"):
                    continue
                text = packed.read(name).decode()
                for key in re.findall(r'''["']key["']: ["']([^"']+)["']''', text):
                    names[space].update(key.split("."))
                names[space].update(re.findall(r'rest_(?:field|discriminator)\(\s*name="([^"]+)"', text))
                names[space].update(re.findall(r"^    (\w+): [^\n]*= rest_(?:field|discriminator)\(", text, re.M))
    written = used(".arm.json", r'"([\w.]+)":') | {step for path in read(r'"([\w.]+)"') for step in path.split(".")}
    spaces = used(".arm.json", r'"type": "(Microsoft\.\w+)/') | read(r'"(Microsoft\.\w+)/')
    write("arm.txt", "names of properties in azure-mgmt-*", {
        space: {name: {} for name in names[space] & written} for space in spaces if names[space]
    })


if __name__ == "__main__":
    terraform(sys.argv[1])
    cloudformation()
    arm(sys.argv[1])
