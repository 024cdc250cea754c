#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-tidy on every C++ source that a build directory compiles, two at a time or as many as there are cores.

  check_tidy.py BUILD_DIR     prints `file:line: tidy: ...` for each finding, exit status 1 if there is one

A clean file is not looked at again until it, a header of ours that it includes, its compile command, .clang-tidy or
clang-tidy's version changes: BUILD_DIR/tidy_clean holds the fingerprints of the last run.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import re
import subprocess
import sys

TIDY = "clang-tidy-14"
TIDY_SECONDS_MAX = 300
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
FINDING = re.compile(r"^(?P<path>\S+?):(?P<line>\d+):\d+: (?:error|warning): (?P<text>.*)$")
ROOT = os.getcwd()


def read(path):
    with open(path, "rb") as file:
        return file.read()


@functools.lru_cache(maxsize=None)
def included(path):
    """Our own headers that the file includes directly: by path from the root, or beside it."""
    names = (name.decode() for name in INCLUDE.findall(read(path)))
    places = ((name, os.path.join(os.path.dirname(path), name)) for name in names)
    return tuple(next(filter(os.path.exists, pair)) for pair in places if any(map(os.path.exists, pair)))


def with_headers(source):
    seen, todo = {source}, [source]
    while todo:
        for header in included(todo.pop()):
            if header not in seen:
                seen.add(header)
                todo.append(header)
    return sorted(seen)


def fingerprint(unit, base):
    state = hashlib.sha256(base + unit["command"].encode())
    for path in with_headers(unit["path"]):
        state.update(path.encode() + b"\0" + hashlib.sha256(read(path)).digest())
    return state.hexdigest()


def compilation_units(build_dir):
    with open(os.path.join(build_dir, "compile_commands.json"), encoding="utf-8") as file:
        units = json.load(file)
    for unit in units:
        unit["path"] = os.path.relpath(os.path.join(unit["directory"], unit["file"]), ROOT)
    return units


def tidy(build_dir, unit):
    """The findings in the file and its headers; none when it is clean."""
    command = [TIDY, "-p", build_dir, "--quiet", unit["path"]]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=TIDY_SECONDS_MAX)
    findings = set()
    for line in answer.stdout.splitlines():
        found = FINDING.match(line)
        if found:
            path = os.path.relpath(os.path.join(unit["directory"], found["path"]), ROOT)
            findings.add(f"{path}:{found['line']}: tidy: {found['text'].replace(',-warnings-as-errors', '')}")
    if answer.returncode != 0 and not findings:
        findings.add(f"{unit['path']}:1: tidy: {TIDY} fails: {answer.stderr.strip()[-500:] or answer.stdout[-500:]}")
    return findings


def main(build_dir):
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    base = hashlib.sha256(version + read(".clang-tidy")).digest()
    clean_path = os.path.join(build_dir, "tidy_clean")
    clean_before = set(read(clean_path).decode().split()) if os.path.exists(clean_path) else set()
    units = {fingerprint(unit, base): unit for unit in compilation_units(build_dir)}
    todo = [key for key in units if key not in clean_before]
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        results = dict(zip(todo, pool.map(lambda key: tidy(build_dir, units[key]), todo)))
    with open(clean_path, "w", encoding="ascii") as file:
        file.writelines(f"{key}\n" for key in units if not results.get(key))
    findings = set().union(*results.values())
    for finding in sorted(findings):
        print(finding)
    print(f"note: {len(todo)} of {len(units)} files looked at, the others are as they were when clean")
    return bool(findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
