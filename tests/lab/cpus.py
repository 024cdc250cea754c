# SPDX-License-Identifier: Apache-2.0
"""Which CPUs the lab runs on: a worker polls all the time, and what shares its CPU waits for whole time slices."""
import os

ALL = sorted(os.sched_getaffinity(0))
WORKER = ALL[1] if len(ALL) > 1 else ALL[0]  # picketd's own choice for its first worker


def leave_one_to_the_worker():
  """This process and its children keep off the CPU of the first worker."""
  os.sched_setaffinity(0, set(ALL) - {WORKER} or set(ALL))


def on_all(command):
  """The command, allowed on every CPU again."""
  return ["taskset", "--cpu-list", ",".join(map(str, ALL)), *command]
