#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which part of the tree may know which: include direction, and where DPDK and Hyperscan names may stand.

  check_layers.py FILE...     prints `file:line: layers: ...` for each breach, exit status 1 if there is one
"""
import re
import sys

INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')
COMMENT = re.compile(r"//.*")

# What files under the first may not include, unless the path matches the third; the fourth says why.
FORBIDDEN = (
    ("dataplane/", "control/", None, "dataplane never includes control"),
    ("dataplane/", "rules/", r"dataplane/stages/signature", "of dataplane only the signature stage knows rules"),
    ("rules/", "control/", None, "rules never include control"),
    ("rules/", "dataplane/", None, "rules see only dataplane's address, entry, enum_name, scope, tick and verdict"),
    ("dataplane/", "tests/", None, "product code never includes tests"),
    ("rules/", "tests/", None, "product code never includes tests"),
    ("control/", "tests/", None, "product code never includes tests"),
)
RULES_SEE = {f"dataplane/{name}.h" for name in ("address", "entry", "enum_name", "scope", "tick", "verdict")}

# Names of a library, and where they may stand. tests/ mirrors the tree, so the same holds below tests/.
LIBRARIES = (
    (re.compile(r"\b(?:rte_[a-z]|RTE_[A-Z])\w*"), re.compile(r"dataplane/io/|bench/"),
     "DPDK names only in dataplane/io and bench"),
    (re.compile(r"\b(?:hs_[a-z]|HS_[A-Z])\w*"), re.compile(r"rules/|dataplane/stages/signature|bench/"),
     "Hyperscan names only in rules and dataplane/stages/signature"),
)


def include_breaches(path, included):
    if path.startswith("rules/") and included in RULES_SEE:
        return
    for place, target, unless, why in FORBIDDEN:
        if path.startswith(place) and included.startswith(target) and not (unless and re.match(unless, path)):
            yield f'includes "{included}": {why}'


def name_breaches(path, code):
    mirrored = path.removeprefix("tests/")
    for name, allowed, why in LIBRARIES:
        found = name.search(code)
        if found and not allowed.match(mirrored):
            yield f"{found.group()}: {why}"


def breaches(path):
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            include = INCLUDE.match(line)
            if include:
                yield from ((number, text) for text in include_breaches(path, include.group(1)))
            yield from ((number, text) for text in name_breaches(path, COMMENT.sub("", line)))


def main(paths):
    failed = False
    for path in paths:
        if path.endswith((".cc", ".h", ".def")):
            for number, text in breaches(path):
                print(f"{path}:{number}: layers: {text}")
                failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
