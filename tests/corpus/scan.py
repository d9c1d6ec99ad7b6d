"""Scans each folder of a corpus as a unit and writes what the scorer reads; counts the cases that cannot be told.

usage: scan.py DEODAR CORPUS MAPPING OUT FORMATS
"""

import collections
import concurrent.futures
import fnmatch
import json
import os
import re
import subprocess
import sys

WORKERS = 2


def resource_of(finding):
    """The address as the corpus writes it: `type.name` in Terraform, ARM and Bicep, `Kind/name` in Kubernetes, in
    CloudFormation the logical id."""
    resource = finding["resource"]
    block = resource["address"]
    if re.match(r"^[a-z]+_|^Microsoft\.", resource["type"], re.IGNORECASE):
        return re.sub(r"(\[[^\]]*\])+$", "", re.sub(r"^(module\.[^.\[]+(\[[^\]]*\])?\.)+", "", block))
    if re.match(r"^\w+::", resource["type"]):
        return block.split(".")[0]
    parts = block.split("/")
    return f"{parts[0]}/{parts[-1]}"


def scan(deodar, corpus, folder):
    """The findings of one folder, each with the case's way of naming files."""
    path = os.path.join(corpus, "dev", folder)
    command = [deodar, "scan", path, "--root", path, "--format", "json", "--threads", "1", "--today", "2026-01-01"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1, 3, 4):
        return folder, [], f"exit code {done.returncode}: {done.stderr.strip()[:300]}"
    report = json.loads(done.stdout)
    heads = {(one["address"], one["part"], one["kind"]): one["location"] for one in report["resources"]}
    rows = []
    for finding in report["findings"]:
        places = [finding["location"], heads.get(tuple(finding["resource"][key] for key in ("address", "part", "kind")))]
        seen = set()
        for place in filter(None, places):
            key = (place["file"], place["start"]["line"])
            if key not in seen:
                seen.add(key)
                # a rule with several requirements is mapped by the policies that state them
                rows.extend({
                    "file": f"{folder}/{place['file']}",
                    "resource": resource_of(finding),
                    "rule": policy,
                    "line": place["start"]["line"],
                    "state": finding["state"],
                    "reason": finding["reason"],
                } for policy in finding["policies"] or [finding["rule"]])
    return folder, rows, None


def main():
    deodar, corpus, mapping, out, formats = sys.argv[1:]
    formats = set(formats.split(","))
    with open(os.path.join(corpus, "dev", "cases.jsonl")) as file:
        cases = [case for case in map(json.loads, file) if case["format"] in formats]
    folders = sorted({case["dir"] for case in cases})
    by_state = collections.defaultdict(list)
    faults = []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for folder, rows, fault in pool.map(lambda folder: scan(deodar, corpus, folder), folders):
            if fault:
                faults.append((folder, fault))
            for row in rows:
                by_state[row["state"]].append(row)
    for name, rows in (("cases", cases), ("findings", by_state["violated"]), ("undetermined", by_state["undetermined"])):
        with open(os.path.join(out, f"{name}.jsonl"), "w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
    print(f"scanned {len(folders)} folders, {len(faults)} could not run, {len(by_state['failed'])} verdicts failed")
    for folder, fault in faults[:10]:
        print(f"  {folder}: {fault}")
    undetermined(cases, by_state, corpus, mapping, out)


def undetermined(cases, by_state, corpus, mapping, out):
    """Says how many cases of mapped core topics cannot be told by any of their rules."""
    with open(mapping) as file:
        mapped = json.load(file)
    with open(os.path.join(corpus, "topics.json")) as file:
        core = {topic["topic"] for topic in json.load(file)["topics"] if topic["tier"] == "core"}
    by_file = collections.defaultdict(list)
    for state in ("violated", "undetermined"):
        for row in by_state[state]:
            by_file[row["file"]].append(row)
    count = total = 0
    reasons = collections.Counter()
    for case in cases:
        rules = mapped.get("checks", {}).get(case["source_check_id"]) or mapped["topics"].get(case["topic"])
        if not rules or case["topic"] not in core:
            continue
        total += 1
        names = {case["resource"], *case.get("aliases", [])}
        rows = [
            row
            for row in by_file[f"{case['dir']}/{case['file']}"]
            if (row["resource"] in names or case["line_start"] <= row["line"] <= case["line_end"])
            and any(fnmatch.fnmatchcase(row["rule"], rule) for rule in rules)
        ]
        # what is violated is settled, whatever else cannot be told
        if rows and all(row["state"] == "undetermined" for row in rows):
            count += 1
            reasons[f"{rows[0]['rule']}: {rows[0]['reason']}"] += 1
    with open(os.path.join(out, "undetermined.json"), "w") as file:
        json.dump({"count": count, "total": total}, file)
    share = 100 * count / total if total else 0
    print(f"undetermined: {count} of {total} covered core cases ({share:.1f}%)")
    for reason, times in reasons.most_common(15):
        print(f"  {times:4} {reason}")


main()
