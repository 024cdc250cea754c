#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benches of one group and writes their records as JSON. Called by scripts/bench, which builds first."""
import argparse
import contextlib
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
for folder in ("tests/lab", "tests/devices"):
  sys.path.append(str(HERE.parent.parent / folder))

import devices  # noqa: E402  pylint: disable=wrong-import-position
import hugepages  # noqa: E402  pylint: disable=wrong-import-position
import pipeline  # noqa: E402  pylint: disable=wrong-import-position
import records  # noqa: E402  pylint: disable=wrong-import-position

GROUPS = {"pipeline": pipeline, "devices": devices}
SIMD_BITS = {"x86-64": 128, "x86-64-v2": 128, "x86-64-v3": 256, "x86-64-v4": 512}
PAGES = 768
TRIALS = 5


class Bench:
  """What was asked for, and where things are."""

  def __init__(self, options):
    self.build, self.march, self.quick = pathlib.Path(options.build).resolve(), options.march, options.quick
    self.huge = not options.no_huge
    self.trials, self.core = max(options.trials, TRIALS), 1 if (os.cpu_count() or 1) > 1 else 0

  def built(self, name):
    found = [path for path in self.build.rglob(name) if path.is_file() and os.access(path, os.X_OK)]
    if not found:
      raise SystemExit(f"{self.build}: no executable {name}")
    return str(found[0])

  def pinned(self, command):
    return ["taskset", "-c", str(self.core), *command]

  def eal_memory(self):
    return ["--in-memory", "-m", "256"] if self.huge else ["--no-huge", "--no-shconf", "-m", "256"]

  def check_build(self, said):
    """Programs say themselves how they were compiled: the run fails when that is not what was asked for."""
    wrong = [f"{name} is {said[name]}, not {wanted}" for name, wanted in
             (("march", self.march), ("compiled_simd_bits", SIMD_BITS[self.march])) if said.get(name, wanted) != wanted]
    if said["simd_bits"] < SIMD_BITS[self.march]:
      wrong.append(f"the processor has {said['simd_bits']} bits of SIMD, -march={self.march} needs {SIMD_BITS[self.march]}")
    if wrong:
      raise SystemExit("not the build asked for: " + ", ".join(wrong))


def steal():
  """Ticks that the hypervisor gave to others, and all ticks."""
  fields = [int(f) for f in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
  return fields[7], sum(fields)


def priority():
  """Ahead of what else runs here, as far as we may."""
  with contextlib.suppress(PermissionError):
    os.setpriority(os.PRIO_PROCESS, 0, -20)


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("group", choices=GROUPS)
  parser.add_argument("--build", required=True)
  parser.add_argument("--march", required=True, choices=SIMD_BITS)
  parser.add_argument("--json")
  parser.add_argument("--quick", action="store_true")
  parser.add_argument("--no-huge", action="store_true")
  parser.add_argument("--trials", type=int, default=TRIALS)
  options = parser.parse_args()
  bench = Bench(options)
  priority()
  before, result = steal(), []
  pages = contextlib.nullcontext() if options.no_huge else hugepages.exactly(PAGES)
  with pages:
    for record in GROUPS[options.group].records_of(bench):
      print(records.line(record), flush=True)
      result.append(record)
  after = steal()
  print(f"march {bench.march}, SIMD {SIMD_BITS[bench.march]} bits, kernel {os.uname().release}, load {os.getloadavg()[0]:.1f}, "
        f"steal {100 * (after[0] - before[0]) / max(after[1] - before[1], 1):.2f} %")
  if options.json:
    pathlib.Path(options.json).write_text(json.dumps(result, indent=1) + "\n")
  problems = [problem for problem in map(records.broken, result) if problem]
  print("\n".join(problems))
  return 1 if problems else 0


if __name__ == "__main__":
  sys.exit(main())
