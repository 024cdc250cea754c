#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No file of code over 500 lines (over 300: a warning), no function over 60.

  check_sizes.py FILE...     prints `file:line: size: ...` for each, exit status 1 if one is over a limit

Functions of C++ and Python are found by Universal Ctags; of shell scripts by `name() {` and the `}` that starts a line.
"""
import json
import re
import subprocess
import sys

FILE_LINES_WARN = 300
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60

DATA = re.compile(r"\.def$|_data\.|(^|/)golden/|(^|/)fuzz/corpus/")  # tables and recorded text, however long
SHELL_FUNCTION = re.compile(r"(\w+)\(\) \{$")


def language(path):
    if DATA.search(path):
        return None
    if path.endswith((".cc", ".h")):
        return "c++"
    if path.endswith(".py"):
        return "python"
    if path.endswith("meson.build"):
        return "meson"
    with open(path, "rb") as file:
        head = file.readline(200)
    if path.endswith(".sh") or head.startswith(b"#!") and b"sh" in head:
        return "shell"
    return "python" if head.startswith(b"#!") and b"python" in head else None


def tagged_functions(paths):
    """Yields (path, first line, last line, name)."""
    if not paths:
        return
    command = ["ctags", "--output-format=json", "--fields=+neK", "--langmap=C++:+.h", "--kinds-C++=f",
               "--kinds-Python=fm", "-o", "-", *paths]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["path"], tag["line"], tag["end"], tag["name"]


def shell_functions(paths):
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as lines:
            start = None
            for number, line in enumerate(lines, 1):
                head = SHELL_FUNCTION.match(line)
                if head:
                    start, name = number, head.group(1)
                elif start and line.startswith("}"):
                    yield path, start, number, name
                    start = None


def file_findings(paths):
    for path in paths:
        with open(path, "rb") as file:
            lines = sum(1 for _ in file)
        if lines > FILE_LINES_MAX:
            yield True, f"{path}:1: size: {lines} lines, at most {FILE_LINES_MAX}: split it"
        elif lines > FILE_LINES_WARN:
            yield False, f"{path}:1: size: {lines} lines, over {FILE_LINES_WARN} (warning)"


def function_findings(functions):
    for path, first, last, name in functions:
        lines = last - first + 1
        if lines > FUNCTION_LINES_MAX:
            yield True, f"{path}:{first}: size: function {name} has {lines} lines, at most {FUNCTION_LINES_MAX}"


def main(paths):
    by_language = {}
    for path in paths:
        by_language.setdefault(language(path), []).append(path)
    by_language.pop(None, None)
    functions = [*tagged_functions(by_language.get("c++", []) + by_language.get("python", [])),
                 *shell_functions(by_language.get("shell", []))]
    findings = [*file_findings(sum(by_language.values(), [])), *function_findings(functions)]
    for _, text in findings:
        print(text)
    return any(fails for fails, _ in findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
