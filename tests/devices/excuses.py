# SPDX-License-Identifier: Apache-2.0
"""Why a device may be absent from a machine. A test that fails is excused by nothing else: each reason has a probe that
shows it without Picket."""
import contextlib
import socket

AF_XDP = 44


def no_xdp_sockets():
  try:
    socket.socket(AF_XDP, socket.SOCK_RAW, 0).close()
  except OSError as error:
    return f"the kernel has no XDP sockets (CONFIG_XDP_SOCKETS): socket(AF_XDP): {error}"
  return ""


REASONS = {"net_af_xdp": [no_xdp_sockets]}


@contextlib.contextmanager
def listed(test, device):
  """Skips the test, saying why, when one of the device's listed reasons holds; else it has to pass."""
  for probe in REASONS[device]:
    why = probe()
    if why:
      test.skipTest(f"{device}: {why}")
  yield
