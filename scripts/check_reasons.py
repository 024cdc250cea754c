#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dataplane/REASONS.md is generated from dataplane/reasons.def.

  check_reasons.py          prints `file:line: reasons: ...` and exits with status 1 when the two differ
  check_reasons.py --fix    writes REASONS.md
"""
import re
import sys

DEFINITIONS = "dataplane/reasons.def"
DOCUMENT = "dataplane/REASONS.md"

STRING = r'"((?:[^"\\]|\\.)*)"'
REASON = re.compile(r"^PICKET_REASON\(\s*k(\w+),\s*" + rf"{STRING},\s*{STRING},\s*k(Note|Malformed|Refuse),\s*{STRING}\s*\)",
                    re.MULTILINE)
HEAD = """\
# Reasons
Every verdict has one reason: in the JSON of `picket replay`, in `picket explain` and as a counter. A `note` says why a
packet was forwarded; `malformed` that it breaks its own protocol, and `[malformed]` in the config says what happens to
it; `refuse` that it was refused, or would have been outside enforce mode. Generated from `reasons.def` by
`scripts/check --fix`.

| reason | stage | kind | meaning |
|---|---|---|---|
"""


class Malformed(Exception):
    """reasons.def holds a line that is not understood."""


def document():
    with open(DEFINITIONS, encoding="utf-8") as file:
        text = file.read()
    reasons = REASON.findall(text)
    mentioned = len(re.findall(r"^PICKET_REASON\b", text, re.MULTILINE))
    if not reasons or len(reasons) != mentioned:
        raise Malformed(f"{mentioned} reasons, {len(reasons)} of them readable")
    rows = (f"| `{name}` | {stage} | {kind.lower()} | {meaning} |\n" for _, name, stage, kind, meaning in reasons)
    return HEAD + "".join(rows)


def first_difference(wanted, found):
    for number, (one, other) in enumerate(zip(wanted, found), 1):
        if one != other:
            return number
    return min(len(wanted), len(found)) + 1


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def main(arguments):
    try:
        wanted = document()
    except Malformed as error:
        print(f"{DEFINITIONS}:1: reasons: {error}")
        return 1
    found = read(DOCUMENT)
    if wanted == found:
        return 0
    if arguments == ["--fix"]:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(wanted)
        return 0
    line = first_difference(wanted.splitlines(), found.splitlines())
    print(f"{DOCUMENT}:{line}: reasons: differs from what {DEFINITIONS} says: run scripts/check --fix")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
