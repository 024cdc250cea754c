#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Commit subjects read `area: imperative`, at most 60 characters, no full stop.

  check_commits.py [SUBJECT...]     the subjects given, else those of all commits; exit status 1 if one is wrong
"""
import re
import subprocess
import sys

SUBJECT_CHARACTERS_MAX = 60
SUBJECT = re.compile(r"[a-z0-9_./-]+(, [a-z0-9_./-]+)*: [^A-Z\s]\S*( \S+)*(?<!\.)$")
VERB = re.compile(r": ([a-z]+)")
# Forms of a verb that are not the imperative, and imperatives that only look like one.
INFLECTED = re.compile(r"^(?!(?:feed|embed|speed|need|seed|shed|heed|proceed|exceed|succeed|bring|string|ping|ring)$)"
                       r"(?:\w{2,}(?:ed|ing)|\w{2,}[^suia]s)$")


def faults(subject):
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        yield f"{len(subject)} characters, at most {SUBJECT_CHARACTERS_MAX}"
    if not SUBJECT.match(subject):
        yield "not `area: imperative` in lower case without a full stop"
        return
    verb = VERB.search(subject)
    if verb and INFLECTED.match(verb.group(1)):
        yield f"'{verb.group(1)}' is not the imperative"


def commits():
    log = subprocess.run(["git", "log", "--no-merges", "--format=%h %s"], check=True, capture_output=True, text=True)
    return [line.split(" ", 1) for line in log.stdout.splitlines()]


def main(subjects):
    failed = False
    for commit, subject in [("argument", subject) for subject in subjects] or commits():
        for fault in faults(subject):
            print(f"{commit}:1: commits: {fault}: {subject}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
