#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands in README.md exist: every `scripts/...` is an executable file, in code fences `picket VERB --help` answers.

  check_readme.py [PICKET]     prints `README.md:line: readme: ...` for each that does not, exit status 1 if there is one;
                               without the built binary the verbs are not looked at

In a fence with `$ ` prompts only the lines with one are commands; the others show output.
"""
import os
import re
import subprocess
import sys

README = "README.md"
FENCE = re.compile(r"\s*```")
PROMPT = re.compile(r"\s*\$ ")
SCRIPT = re.compile(r"(?:^|[\s;&|(./`])(scripts/[\w./-]+)")
VERB = re.compile(r"(?:^|[;&|(]|sudo)\s*(?:[\w./-]+/)?picket((?:\s+[a-z][a-z-]*(?=\s|$))*)")
HELP_SECONDS_MAX = 10


def fences(lines):
    """Yields each code fence as a list of (line number, text)."""
    fence = None
    for number, line in enumerate(lines, 1):
        if FENCE.match(line):
            if fence is not None:
                yield fence
            fence = [] if fence is None else None
        elif fence is not None:
            fence.append((number, line))


def commands(fence):
    prompted = [(number, PROMPT.sub("", line)) for number, line in fence if PROMPT.match(line)]
    return prompted or [(number, line) for number, line in fence if not line.lstrip().startswith("#")]


def script_faults(command):
    for path in SCRIPT.findall(command):
        path = path.rstrip(".")
        if not os.path.isfile(path):
            yield f"{path} does not exist"
        elif not os.access(path, os.X_OK):
            yield f"{path} is not executable"


def help_text(picket, words):
    answer = subprocess.run([picket, *words, "--help"], capture_output=True, text=True, timeout=HELP_SECONDS_MAX)
    return answer.stdout if answer.returncode == 0 else None


def verb_faults(picket, command):
    """Follows the words as long as the help of what came before lists subcommands; what comes then is an argument."""
    for found in VERB.findall(command):
        words = []
        for word in found.split():
            text = help_text(picket, words)
            if text is None:
                yield f"`{' '.join(['picket', *words, '--help'])}` fails"
                break
            if "Subcommands:" not in text:
                break
            words.append(word)
            if not re.search(rf"^\s+{re.escape(word)}\b", text.split("Subcommands:")[1], re.MULTILINE):
                yield f"`{' '.join(['picket', *words])}` is no command"
                break


def main(arguments):
    if not os.path.exists(README):
        print(f"{README}:1: readme: there is none")
        return 1
    with open(README, encoding="utf-8") as file:
        lines = file.read().splitlines()
    faults = [(number, fault) for number, line in enumerate(lines, 1) for fault in script_faults(line)]
    if arguments:
        faults += [(number, fault) for fence in fences(lines) for number, command in commands(fence)
                   for fault in verb_faults(arguments[0], command)]
    for number, fault in faults:
        print(f"{README}:{number}: readme: {fault}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
