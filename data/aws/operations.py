"""Writes `operations.json`: how to ask AWS the questions that `services/*.yaml` name, and how to read the answers.

    python3 -m venv venv && venv/bin/pip install botocore==1.44.5 PyYAML==6.0.4
    venv/bin/python data/aws/operations.py

The facts come from botocore's models (Apache-2.0): protocol, places of a request's members, shapes of the answers as
far as decoding needs them, paging, and the host names that the models' own endpoint rules give. What the file's parts
mean is told in `src/collect/aws/client/table.rs`, its only reader.

Only reads are let in: an operation is refused unless its name begins as reads do, and refused as well where what it
reads is data, a secret or a credential rather than a setting.
"""

import json
import pathlib
import re
import sys
from collections import Counter

import botocore
import yaml
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import Loader
from botocore.model import ServiceModel

BOTOCORE = "1.44.5"
HERE = pathlib.Path(__file__).parent

# What the client and the engine call by themselves, and what of IAM the typed client answers.
ALWAYS = {
    "sts": ["GetCallerIdentity"],
    "account": ["ListRegions"],
    "ec2": ["DescribeRegions"],
    "s3": ["GetBucketLocation"],
    "organizations": ["DescribeOrganization", "ListAccounts"],
    "iam": """GenerateCredentialReport GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy
        GetAccountSummary GetCredentialReport GetGroup GetGroupPolicy GetInstanceProfile GetLoginProfile
        GetOpenIDConnectProvider GetPolicy GetPolicyVersion GetRole GetRolePolicy GetSAMLProvider GetUser GetUserPolicy
        ListAccessKeys ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies
        ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfiles ListMFADevices
        ListOpenIDConnectProviders ListPolicies ListPolicyVersions ListRolePolicies ListRoleTags ListRoles
        ListSAMLProviders ListServerCertificates ListUserPolicies ListUserTags ListUsers
        ListVirtualMFADevices SimulatePrincipalPolicy""".split(),
}

READ = re.compile(r"^(Get|List|Describe|BatchGet|BatchDescribe)[A-Z]")
# Reads by another name: one makes AWS compile a report, the other asks what a policy would say; neither changes anything.
READ_TOO = {"iam:GenerateCredentialReport", "iam:SimulatePrincipalPolicy"}
# Begin as reads do, but give data, secrets or credentials, or cost money.
NEVER = re.compile(
    r"""^( s3:(GetObject(?!LockConfiguration).*|ListObject.*|ListParts|SelectObject.*)
         | dynamodb:(GetItem|BatchGetItem|GetRecords) | kinesis:(GetRecords|GetShardIterator)
         | logs:(GetLogEvents|GetLogRecord|GetLogObject|GetQueryResults|FilterLogEvents)
         | secretsmanager:(GetSecretValue|BatchGetSecretValue|GetRandomPassword)
         | ssm:(GetParameters?|GetParametersByPath|GetParameterHistory|GetAccessToken|GetCommandInvocation|GetConnectionStatus)
         | ec2:(GetPasswordData|GetConsoleOutput|GetConsoleScreenshot|GetLaunchTemplateData)
         | ecr:(GetAuthorizationToken|GetDownloadUrlForLayer) | lambda:GetDurable.* | s3control:GetDataAccess
         | sts:(?!GetCallerIdentity).* | redshift:GetClusterCredentials.* | kms:(GetParametersForImport)
         | cloudtrail:(GetQueryResults|LookupEvents) | acm:GetAcmeExternalAccountBindingCredentials
         | eks:GetToken )$""",
    re.VERBOSE,
)
# The protocols that the client speaks, the one it likes best first.
PROTOCOLS = ["json", "rest-json", "rest-xml", "query", "ec2"]
SCALARS = {
    "string": "text", "character": "text", "boolean": "bool", "integer": "int", "long": "int", "float": "float",
    "double": "float", "timestamp": "time", "blob": "blob",
}
VARIANTS = {"plain": (False, False), "fips": (True, False), "dual": (False, True), "fips-dual": (True, True)}


def wanted():
    """Every operation that a table names, by service."""
    found = {service: set(names) for service, names in ALWAYS.items()}

    def calls(service, value):
        if isinstance(value, dict):
            if isinstance(value.get("call"), str):
                *of, name = value["call"].split(":")
                found.setdefault(of[0] if of else value.get("service", service), set()).add(name)
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                calls(service, item)

    for path in sorted((HERE / "services").glob("*.yaml")):
        table = yaml.safe_load(path.read_text())
        calls(table["service"], table)
    for path in sys.argv[1:]:
        for line in pathlib.Path(path).read_text().splitlines():
            service, *names = line.split()
            found.setdefault(service, set()).update(names)
    return found


def without(members, plain):
    """`members` but those that come to nothing else than shapes of `plain`."""

    def core(kind):
        return core(kind[1]) if isinstance(kind, list) and kind[0] in ("list", "map") else kind

    def idle(kind):
        renamed = isinstance(kind, list) and kind[0] not in ("list", "map", "flat", "flatmap")
        inner = core(kind)
        return not renamed and isinstance(inner, str) and inner[1:] in plain and inner[0] == "#"

    return {name: kind for name, kind in members.items() if not idle(kind)}


class Shapes:
    """The shapes that a service's answers (or questions) need, each written once under its name."""

    def __init__(self, protocol, asking):
        self.protocol, self.asking, self.shapes = protocol, asking, {}
        self.xml = protocol in ("query", "ec2", "rest-xml")

    def wire(self, name, shape, own):
        """The name on the wire of a member that the API calls `name`."""
        if self.asking and self.protocol == "ec2":
            if "queryName" in own:
                return own["queryName"]
            written = own.get("name", name)
            return written[0].upper() + written[1:]
        if shape.type_name == "list" and self.flat(shape) and self.xml:
            written = shape.member.serialization.get("name")
            return own.get("name") or written or name
        return own.get("name", name)

    def flat(self, shape):
        return bool(shape.serialization.get("flattened")) or (self.asking and self.protocol == "ec2")

    def type(self, shape):
        """How a value of `shape` is written; none where JSON carries it as it is."""
        if shape.type_name == "structure":
            return self.structure(shape)
        if shape.type_name == "list":
            inner = self.type(shape.member)
            if not self.xml:
                return None if inner is None else ["list", inner]
            if self.flat(shape):
                return ["flat", inner]
            return ["list", inner, shape.member.serialization.get("name", "member")]
        if shape.type_name == "map":
            inner = self.type(shape.value)
            if not self.xml:
                return None if inner is None else ["map", inner]
            kind = "flatmap" if shape.serialization.get("flattened") else "map"
            names = [shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")]
            return [kind, inner, *names]
        scalar = SCALARS[shape.type_name]
        if not self.xml:
            return "time" if scalar == "time" else None
        return scalar

    def structure(self, shape):
        if shape.name not in self.shapes:
            self.shapes[shape.name] = {}  # for shapes that hold themselves
            self.shapes[shape.name] = self.members(shape, shape.members)
        return "#" + shape.name

    def members(self, shape, members):
        found = {}
        for name, member in members.items():
            wire, kind = self.wire(name, member, member.serialization), self.type(member)
            if member.serialization.get("xmlAttribute"):
                wire = "@" + member.serialization["name"]
            if self.asking:
                if wire != name or kind not in (None, "text"):
                    found[name] = wire if kind in (None, "text") else [wire, kind]
            elif wire != name:
                found[wire] = [kind or "text", name]
            elif kind not in (None, "text"):
                found[wire] = kind
        return found

    def plain(self):
        """The shapes that JSON passes as it is, as they hold nothing that is converted."""
        plain, before = set(), -1
        while not self.xml and len(plain) != before:
            before = len(plain)
            plain = {name for name, shape in self.shapes.items() if not without(shape, plain)}
        return plain

    def used(self, start):
        """The shapes that `start` reaches."""
        found, open_ = {}, [json.dumps(start)]
        while open_:
            for name in re.findall(r'"#(\w+)"', open_.pop()):
                if name not in found:
                    found[name] = self.shapes[name]
                    open_.append(json.dumps(self.shapes[name]))
        return dict(sorted(found.items()))


def question(operation, shapes, protocol):
    """Where the members of a request go: `uri`, `query NAME`, `header NAME`, else how they are written in the body."""
    shape, found = operation.input_shape, {}
    if shape is None:
        return found
    rest = protocol.startswith("rest")
    payload = shape.serialization.get("payload")
    for name, member in shape.members.items():
        where, own = member.serialization.get("location"), member.serialization
        if rest and where in ("uri", "querystring", "header"):
            wire = own.get("name", name)
            place = {"uri": "uri", "querystring": "query", "header": "header"}[where]
            found[name] = place if wire == name else f"{place} {wire}"
        elif rest and name == payload:
            sys.exit(f"{operation.name} sends `{name}` as its body: teach the client")
        elif protocol == "rest-xml" and not where:
            sys.exit(f"{operation.name} sends `{name}` in a body of XML: teach the client")
        elif rest and where:
            sys.exit(f"{operation.name} sends `{name}` in `{where}`: teach the client")
        else:
            wire, kind = shapes.wire(name, member, own), shapes.type(member)
            if wire != name or kind not in (None, "text"):
                found[name] = ["body", wire, kind or "text"]
    return found


def answer(operation, shapes, protocol):
    """How the answer is read: its members, its headers, the member that the body is, what it is wrapped in."""
    shape, found = operation.output_shape, {}
    if shape is None or all("location" in each.serialization for each in shape.members.values()):
        found["bodiless"] = True
    if shape is None:
        return found
    payload, body = shape.serialization.get("payload"), {}
    for name, member in shape.members.items():
        where = member.serialization.get("location")
        if where == "header":
            kind = SCALARS[member.type_name]
            found.setdefault("headers", {})[member.serialization["name"].lower()] = [kind, name]
        elif where == "headers":
            continue  # what a user attached to an object: not a setting
        elif where == "statusCode":
            found["status"] = name
        elif name != payload:
            body[name] = member
    if payload:
        member = shape.members[payload]
        scalar = SCALARS.get(member.type_name)
        found["payload"] = [scalar or shapes.type(member) or "json", payload]
        return found
    members = shapes.members(shape, body)
    if members:
        found["out"] = members
    if protocol == "query" and "resultWrapper" in shape.serialization:
        found["wrapper"] = shape.serialization["resultWrapper"]
    if f"{operation.service_model.service_name}:{operation.name}" == "s3:GetBucketLocation":
        # the root element is the member itself: the model does not say so, botocore has code for it
        found = {"payload": ["root", "LocationConstraint"]}
    return found


TOKENS = ["NextToken", "nextToken", "Marker", "NextMarker", "marker", "nextMarker", "position", "ContinuationToken"]
NEXT = {"Marker": ["NextMarker", "Marker"], "marker": ["nextMarker", "Marker", "marker"],
        "ContinuationToken": ["NextContinuationToken", "ContinuationToken"]}


def paging(operation, paginators):
    """The tokens of a paged answer, and the largest page that the model allows."""
    inputs = operation.input_shape.members if operation.input_shape else {}
    outputs = operation.output_shape.members if operation.output_shape else {}
    told = paginators.get(operation.name)
    if told:
        as_list = lambda value: value if isinstance(value, list) else [value]
        found = {"in": as_list(told["input_token"]), "out": as_list(told["output_token"])}
        if "more_results" in told:
            found["more"] = told["more_results"]
        limit = told.get("limit_key")
    else:
        # some answers are one structure that holds the list and its token
        nested = {f"{name}.{each}" for name, member in outputs.items() if member.type_name == "structure"
                  for each in member.members}
        pair = next(((a, b) for a in TOKENS if a in inputs for b in NEXT.get(a, [a]) if b in outputs), None) or next(
            ((a, b) for a in TOKENS if a in inputs for b in sorted(nested) if b.split(".")[1] in NEXT.get(a, [a])), None)
        if pair is None:
            return None
        found = {"in": [pair[0]], "out": [pair[1]]}
        limit = next((name for name in ("MaxResults", "maxResults", "MaxRecords", "Limit") if name in inputs), None)
    for path in found["out"]:
        if not re.fullmatch(r"[\w.\[\]\-| ]+", path):
            sys.exit(f"{operation.name} pages by `{path}`: teach the client")
    largest = inputs[limit].metadata.get("max") if limit in inputs else None
    if largest and inputs[limit].type_name in ("integer", "long"):
        found["size"] = [limit, min(largest, 1000)]
    return found


def suffixes(partition):
    told = partition["outputs"]
    return {"plain": told["dnsSuffix"], "fips": told["dnsSuffix"],
            "dual": told["dualStackDnsSuffix"], "fips-dual": told["dualStackDnsSuffix"]}


def usual(prefix, variant, partition):
    fips = "-fips" if variant.startswith("fips") else ""
    return f"{prefix}{fips}.{{region}}.{suffixes(partition)[variant]}"


def hosts(service, model, partitions, loader):
    """Where the endpoint rules lead other than `usual`, by partition and variant; `signs` where a fixed region signs."""
    rules = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), {"partitions": partitions})
    known = {name for name in ("Region", "UseFIPS", "UseDualStack") if name in rules.ruleset.parameters}
    found = {}
    for partition in partitions:
        regions = [name for name in partition["regions"] if not name.endswith("-global")]
        own = {}
        for variant, (fips, dual) in VARIANTS.items():
            seen, signs = {}, {}
            for region in regions:
                asked = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
                extra = {"AccountId": "1", "RequiresAccountId": False} if service == "s3control" else {}
                try:
                    endpoint = rules.resolve_endpoint(**{k: v for k, v in asked.items() if k in known}, **extra)
                except EndpointProviderError:
                    continue
                host = endpoint.url.removeprefix("https://").split("/")[0]
                seen[region] = host
                for scheme in endpoint.properties.get("authSchemes", []):
                    if scheme.get("signingRegion") and scheme["name"] == "sigv4":
                        signs[region] = scheme["signingRegion"]
            if not seen:
                continue
            if len(seen) == 1 or len(set(seen.values())) > 1:
                seen = {region: host.replace(region, "{region}") for region, host in seen.items()}
            common = Counter(seen.values()).most_common(1)[0][0]
            if common != usual(model.endpoint_prefix, variant, partition):
                own[variant] = common
            odd = {region: host for region, host in seen.items() if host != common}
            if odd:
                own[variant + " in"] = odd
            if variant == "plain" and len(set(signs.values())) == 1 and len(signs) == len(seen) > 1:
                own["signs"] = next(iter(signs.values()))
        if own:
            found[partition["id"]] = own
    return found


def missing(prefix, endpoints):
    """The known regions in which a service is not offered, by what the list of endpoints says (it may be behind)."""
    parts = endpoints["partitions"]
    if not any(prefix in part["services"] for part in parts):
        return []
    found = []
    for part in parts:
        told = part["services"].get(prefix, {"endpoints": {}})
        if told.get("isRegionalized", True):
            found += [region for region in part["regions"] if region not in told["endpoints"]]
    return sorted(found)


def service(name, names, partitions, loader):
    model = ServiceModel(loader.load_service_model(name, "service-2"), name)
    offered = model.metadata.get("protocols") or [model.metadata["protocol"]]
    protocol = next(each for each in PROTOCOLS if each in offered)
    paginators = loader.load_service_model(name, "paginators-1")["pagination"]
    answers, questions, operations = Shapes(protocol, False), Shapes(protocol, True), {}
    for each in sorted(names):
        full = f"{name}:{each}"
        if full not in READ_TOO and (not READ.match(each) or NEVER.match(full)):
            sys.exit(f"`{full}` is not a read of settings: refused")
        if each not in model.operation_names:
            sys.exit(f"`{full}` is no operation")
        operation = model.operation_model(each)
        entry = {}
        if operation.http["method"] != "POST" or operation.http["requestUri"] != "/":
            entry["http"] = f"{operation.http['method']} {operation.http['requestUri']}"
        for key, value in (
            ("host", (operation.endpoint or {}).get("hostPrefix")),
            ("in", question(operation, questions, protocol)),
            *answer(operation, answers, protocol).items(),
            ("pages", paging(operation, paginators)),
        ):
            if value:
                entry[key] = value
        operations[each] = entry
    found = {"id": model.service_id, "protocol": protocol, "version": model.api_version,
             "endpoint": model.endpoint_prefix, "signing": model.signing_name}
    if protocol == "json":
        found |= {"target": model.metadata["targetPrefix"], "json": model.metadata["jsonVersion"]}
    if model.metadata.get("awsQueryCompatible") is not None:
        found["query-compatible"] = True
    if own := hosts(name, model, partitions, loader):
        found["hosts"] = own
    if absent := missing(model.endpoint_prefix, loader.load_data("endpoints")):
        found["missing"] = absent
    for shapes, part in ((questions, "in"), (answers, "out")):
        plain = shapes.plain()
        shapes.shapes = {each: without(members, plain) for each, members in shapes.shapes.items()}
        for entry in operations.values():
            if part in entry:
                entry[part] = without(entry[part], plain)
    ends = operations.values()
    found["asked"] = questions.used([entry.get("in") for entry in ends])
    found["shapes"] = answers.used([[entry.get("out"), entry.get("payload")] for entry in ends])
    operations = {each: {k: v for k, v in entry.items() if v} for each, entry in operations.items()}
    found["operations"] = operations
    return {key: value for key, value in found.items() if value}


def main():
    if botocore.__version__ != BOTOCORE:
        sys.exit(f"botocore {BOTOCORE} is wanted, this is {botocore.__version__}")
    loader = Loader()
    partitions = loader.load_data("partitions")["partitions"]
    # one partition, one service's head, one shape or one operation a line, so that a difference can be read
    lines = lambda table: "{\n" + ",\n".join(f'"{k}":{compact(v)}' for k, v in table.items()) + "\n}"
    compact = lambda value: json.dumps(value, separators=(",", ":"))
    text = '{"botocore":"%s","partitions":' % BOTOCORE + lines({
        each["id"]: {"regions": each["regionRegex"], "suffix": each["outputs"]["dnsSuffix"],
                     "dual": each["outputs"]["dualStackDnsSuffix"], "main": each["outputs"]["implicitGlobalRegion"],
                     "fips": each["outputs"]["supportsFIPS"]}
        for each in partitions})
    services = []
    for name, names in sorted(wanted().items()):
        table = service(name, names, partitions, loader)
        parts = [f'"{k}":' + (lines(v) if k in ("asked", "shapes", "operations") else compact(v))
                 for k, v in table.items()]
        services.append(f'"{name}":{{' + ",\n".join(parts) + "}")
    text += ',"services":{\n' + ",\n".join(services) + "\n}}\n"
    json.loads(text)
    (HERE / "operations.json").write_text(text)
    print(f"{sum(len(names) for names in wanted().values())} operations, {len(text)} bytes")


if __name__ == "__main__":
    main()
