# SPDX-License-Identifier: Apache-2.0
"""Programs that outlive the one that started them, recorded so that exactly these are ended."""
import os
import signal
import subprocess
import time

import namespaces as ns


def _started_at(pid):
  """The kernel's start time of the process in clock ticks: with the pid it names one process for ever. None: gone."""
  try:
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
      fields = file.read().rpartition(")")[2].split()
  except OSError:
    return None
  return None if fields[0] in "ZX" else int(fields[19])


def start(name, namespace, arguments, log):
  """Returns the record of the process. It has its own session: an interrupt of the terminal does not reach it."""
  with open(log, "wb") as output, ns.inside(namespace):
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                               start_new_session=True)
  return record(name, process.pid, log)


def record(name, pid, log):
  return {"name": name, "pid": pid, "started": _started_at(pid), "log": str(log)}


def alive(known):
  return known["started"] is not None and _started_at(known["pid"]) == known["started"]


def stop(known, deadline_s=5.0):
  """Ends the process if it is still the one that was recorded."""
  for number in (signal.SIGTERM, signal.SIGKILL):
    if not alive(known):
      break
    os.kill(known["pid"], number)
    until = time.monotonic() + deadline_s
    while alive(known) and time.monotonic() < until:
      time.sleep(0.01)
  try:
    os.waitpid(known["pid"], os.WNOHANG)  # when it is our child
  except ChildProcessError:
    pass
