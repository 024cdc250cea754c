#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Text files end with one newline and have no trailing blanks; sources name their license; no file is over 1 MiB.

  check_text.py FILE...     prints `file:line: text: ...` for each breach, exit status 1 if there is one
"""
import os
import re
import sys

FILE_BYTES_MAX = 1 << 20
VERBATIM = re.compile(r"(^|/)fuzz/corpus/")  # bytes that are meant as they are
SOURCE = re.compile(r"\.(cc|h|def|py|sh)$")
LICENSE_LINE = b"SPDX-License-Identifier: Apache-2.0"
LICENSE_WITHIN_LINES = 2  # the second when a script's first is `#!`


def text_breaches(data, is_source):
    if data and not data.endswith(b"\n"):
        yield data.count(b"\n") + 1, "no newline at the end of the file"
    if data.endswith(b"\n\n"):
        yield data.count(b"\n"), "blank line at the end of the file"
    for number, line in enumerate(data.split(b"\n"), 1):
        if line != line.rstrip(b" \t\r"):
            yield number, "trailing blanks"
    head = data.split(b"\n", LICENSE_WITHIN_LINES)[:LICENSE_WITHIN_LINES]
    if is_source and not any(LICENSE_LINE in line for line in head):
        yield 1, f"the first line must say {LICENSE_LINE.decode()}"


def breaches(path):
    size = os.path.getsize(path)
    if size > FILE_BYTES_MAX:
        yield 1, f"{size} bytes, at most {FILE_BYTES_MAX}"
        return
    with open(path, "rb") as file:
        data = file.read()
    if b"\0" in data or VERBATIM.search(path):
        return
    yield from text_breaches(data, bool(SOURCE.search(path)) or data.startswith(b"#!"))


def main(paths):
    failed = False
    for path in paths:
        for number, text in breaches(path):
            print(f"{path}:{number}: text: {text}")
            failed = True
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
