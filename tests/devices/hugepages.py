# SPDX-License-Identifier: Apache-2.0
"""Huge pages of 2 MiB for a test: reserved if memory permits, and given back."""
import contextlib
import pathlib

PAGES = pathlib.Path("/sys/kernel/mm/hugepages/hugepages-2048kB")
MIB_LEFT_FREE = 2048


def _available_mib():
  for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
    if line.startswith("MemAvailable:"):
      return int(line.split()[1]) // 1024
  return 0


def free():
  return int((PAGES / "free_hugepages").read_text())


@contextlib.contextmanager
def exactly(count):
  """The machine has this many pages until the block ends."""
  before = (PAGES / "nr_hugepages").read_text()
  try:
    (PAGES / "nr_hugepages").write_text(str(count))
    yield int((PAGES / "nr_hugepages").read_text())
  finally:
    (PAGES / "nr_hugepages").write_text(before)


@contextlib.contextmanager
def reserved(test, count=512):
  """At least `count` free pages; a machine without the memory skips the test."""
  in_use = int((PAGES / "nr_hugepages").read_text()) - free()
  if not PAGES.exists() or _available_mib() < 2 * count + MIB_LEFT_FREE:
    test.skipTest(f"{count} huge pages would leave less than {MIB_LEFT_FREE} MiB of memory")
  with exactly(in_use + count):
    if free() < count:
      test.skipTest(f"the kernel gives only {free()} of {count} huge pages: memory is fragmented")
    yield
