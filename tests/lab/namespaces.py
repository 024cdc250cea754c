# SPDX-License-Identifier: Apache-2.0
"""Network namespaces: acting in one, and running programs. Nothing here touches the machine's own namespace."""
import contextlib
import ctypes
import os
import pathlib
import subprocess

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


class LabError(Exception):
  """Something the operator has to know; the text says what to do."""


def _enter(descriptor):
  if LIBC.setns(descriptor, CLONE_NEWNET) != 0:
    raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(name):
  """This thread, its sockets and its children are in the namespace until the block ends; sockets stay there."""
  with open("/proc/thread-self/ns/net", "rb") as home, open(f"/run/netns/{name}", "rb") as away:
    _enter(away.fileno())
    try:
      yield
    finally:
      _enter(home.fileno())


def run(arguments, text="", check=True):
  result = subprocess.run(arguments, input=text, capture_output=True, text=True, timeout=60, check=False)
  if check and result.returncode != 0:
    raise LabError(f"{' '.join(arguments)}: exit {result.returncode}\n{result.stderr.strip()}")
  return result.stdout


def ip_batch(namespace, commands):
  """Runs commands of ip(8), one a line, in the namespace."""
  run(["ip", "-n", namespace, "-batch", "-"], text=commands)


def sysctl(namespace, settings):
  """Writes {name below net/: value}; a name that this kernel does not have is left out."""
  with inside(namespace):
    for name, value in settings.items():
      path = pathlib.Path("/proc/sys/net") / name
      if path.exists():
        path.write_text(str(value))


def exists(name):
  return os.path.exists(f"/run/netns/{name}")


def remove(names):
  for name in names:
    if exists(name):
      run(["ip", "netns", "del", name])
