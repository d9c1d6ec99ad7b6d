"""Writes the table of a scored run: docs/corpus.md.

usage: table.py OUT OUT_OF_SCOPE WHY CORPUS
OUT holds what scan.py and the scorer wrote; OUT_OF_SCOPE is docs/out-of-scope.md, whose topics stand in backticks; WHY
gives the reason for what is missed, a topic each.
"""

import collections
import json
import re
import sys


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def lines_of(path):
    with open(path) as file:
        return [json.loads(line) for line in file]


def main():
    out, scope, why, corpus = sys.argv[1:]
    with open(f"{out}/score.json") as file:
        score = json.load(file)
    with open(scope) as file:
        outside = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", file.read()))
    with open(why) as file:
        reasons = json.load(file)
    with open(f"{corpus}/topics.json") as file:
        tiers = {topic["topic"]: topic["tier"] for topic in json.load(file)["topics"]}
    outside &= set(tiers)
    topics = score["topic"]
    undetermined = json.load(open(f"{out}/undetermined.json"))

    print("# Measured against other people's test cases")
    print()
    print("Labelled cases from the test suites of five other scanners: does the right rule fire on the right resource?")
    print("The cases are theirs and are not in this repository. Made by `UPDATE=1 tests/corpus/run CORPUS_FOLDER`.")
    print()
    print("*Recall* counts every case that must fail; *of covered* those whose topic a rule speaks of.")
    print("*False* are findings of a mapped rule on a resource that must pass.")
    print("Labels are other people's opinions: some two to four in a hundred are disputed below.")
    print()
    head("all core topics")
    row("all", score["total"]["all"])
    inside = collections.Counter()
    for name, cell in topics.items():
        if name not in outside:
            inside.update(cell)
    row(f"without {len(outside)} topics that are [out of scope](out-of-scope.md)", inside)
    print()
    print(f"Undetermined: {undetermined['count']} of {undetermined['total']} covered cases ({percent(undetermined['count'], undetermined['total'])}).")
    for by in ("provider", "format", "source"):
        print()
        head(by)
        for name in sorted(score[by]):
            row(name, score[by][name])
    print()
    print("## The twenty worst topics, and why")
    print()
    print("| topic | missed | false | why |")
    print("|---|--:|--:|---|")
    worst = sorted(topics, key=lambda name: (-(topics[name].get("fn", 0) + topics[name].get("fp", 0)), name))[:20]
    for name in worst:
        cell = topics[name]
        if cell.get("fn", 0) + cell.get("fp", 0):
            reason = reasons.get(name, "out of scope" if name in outside else "")
            print(f"| {name} | {cell.get('fn', 0)} of {cell.get('fail', 0)} | {cell.get('fp', 0)} of {cell.get('pass', 0)} | {reason} |")


def head(name):
    print(f"| {name} | must fail | recall | of covered | must pass | false |")
    print("|---|--:|--:|--:|--:|--:|")


def row(name, cell):
    found, failing, passing = (cell.get(key, 0) for key in ("tp", "fail", "pass"))
    print(f"| {name} | {failing} | {percent(found, failing)} | {percent(found, cell.get('fail_cov', 0))} | {passing} | {percent(cell.get('fp', 0), passing)} |")


main()
