# SPDX-License-Identifier: Apache-2.0
"""Stops one thread of a process as a debugger does, while the others go on (ptrace(2))."""
import contextlib
import ctypes
import os
import pathlib
import subprocess

from harness import wait_until

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WAIT_ALL = 17, 0x4206, 0x4207, 0x40000000
WORKER_NAMES = ("rte-worker", "lcore-worker")  # DPDK 22.11.11 and others
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
LIBC.ptrace.restype = ctypes.c_long


def _ptrace(request, thread):
  if LIBC.ptrace(request, thread, None, None) != 0:
    raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of thread {thread}")


def worker_threads(pid):
  """Ids of the threads that poll, by the names that DPDK gives them."""
  tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
  return sorted(int(task.name) for task in tasks if (task / "comm").read_text().startswith(WORKER_NAMES))


@contextlib.contextmanager
def stopped(thread):
  """The thread stands still until the block ends."""
  _ptrace(PTRACE_SEIZE, thread)
  _ptrace(PTRACE_INTERRUPT, thread)
  os.waitpid(thread, WAIT_ALL)
  try:
    yield
  finally:
    _ptrace(PTRACE_DETACH, thread)


@contextlib.contextmanager
def stopped_by_gdb(pid):
  """gdb has the whole process until the block ends."""
  gdb = subprocess.Popen(["gdb", "--quiet", "--nx", "-p", str(pid)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL, text=True)
  try:
    wait_until(lambda: _state(pid) == "t", "gdb to stop the process", 30)
    yield
  finally:
    gdb.communicate("detach\nquit\n", timeout=60)


def _state(pid):
  return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
