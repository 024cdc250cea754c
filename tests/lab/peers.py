# SPDX-License-Identifier: Apache-2.0
"""Raw peers on both sides of the appliance. Their own MAC addresses make the lab's kernels ignore their frames, so
what arrives is what the peer sent, and nothing answers."""
import time

import namespaces as ns
import topology as t
from rawsocket import RawSocket

OUTSIDE_PEER, INSIDE_PEER = "02:00:00:00:aa:01", "02:00:00:00:aa:02"
PEER_PREFIX = bytes.fromhex("02000000aa")
SENTINEL_TYPE = b"\x88\xb5"  # IEEE 802 local experimental: passes uninspected
SENTINEL_SERIAL_BYTES = 8


def is_ours(frame):
  return frame[6:11] == PEER_PREFIX


class Peer:
  """The wire end of pk-outside or pk-inside."""

  _serial = time.monotonic_ns()

  def __init__(self, namespace):
    with ns.inside(namespace):
      self.socket = RawSocket(t.UPLINK)

  def close(self):
    self.socket.close()

  def send(self, frame):
    """Waits while the device's queue is full."""
    until = time.monotonic() + 5
    while not self.socket.send(frame):
      assert time.monotonic() < until, "the wire takes no frames"
      time.sleep(0.001)

  def drain(self):
    while self.socket.receive() is not None:
      pass

  def received(self):
    """All that is there, without waiting: (time in ns, frame)."""
    while (item := self.socket.receive()) is not None:
      yield item

  def through(self, other, frames, within_s=5.0):
    """Sends the frames and returns those that came out at the other peer, in order. A last frame that always passes
    says when to stop waiting: one worker keeps the order."""
    other.drain()
    Peer._serial += 1
    sentinel = (bytes.fromhex("02000000aaff02000000aafe") + SENTINEL_TYPE
                + Peer._serial.to_bytes(SENTINEL_SERIAL_BYTES, "big") + bytes(46))
    for frame in [*frames, sentinel]:
      self.send(bytes(frame))
    got, until = [], time.monotonic() + within_s
    while time.monotonic() < until:
      item = other.socket.receive()
      if item is None:
        time.sleep(0.001)
      elif item[1] == sentinel:
        return got
      elif is_ours(item[1]):
        got.append(item[1])
    raise AssertionError(f"the last frame did not come within {within_s} s; {len(got)} of {len(frames)} others did")


def outside_peer():
  return Peer(t.OUTSIDE)


def inside_peer():
  return Peer(t.INSIDE)
