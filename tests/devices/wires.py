# SPDX-License-Identifier: Apache-2.0
"""The kernel's side of kernel devices: namespaces, veth pairs, and frames through packet sockets.

pkdev-box is where picketd runs, pkdev-hosts has the far ends. IPv6 is off in both, so that the kernel itself says nothing.
"""
import select
import time

import namespaces as ns
import rawsocket

BOX, HOSTS = "pkdev-box", "pkdev-hosts"
OUTSIDE, INSIDE = "pkdev-o", "pkdev-i"  # picketd's ends in BOX; the far ends in HOSTS have the same names


def remove_all():
  ns.remove([BOX, HOSTS])


def add_namespaces():
  remove_all()
  for name in (BOX, HOSTS):
    ns.run(["ip", "netns", "add", name])
    ns.sysctl(name, {f"ipv6/conf/{which}/disable_ipv6": 1 for which in ("all", "default")})


def add_veths(mtu=1500, queues=1):
  """Both pairs, up, without offloads, which would make frames of no wire."""
  add_namespaces()
  for name in (OUTSIDE, INSIDE):
    shape = ["mtu", str(mtu), "numrxqueues", str(queues), "numtxqueues", str(queues)]
    ns.run(["ip", "-n", BOX, "link", "add", name, *shape, "type", "veth", "peer", "name", name, *shape, "netns", HOSTS])
    for place in (BOX, HOSTS):
      ns.run(["ip", "-n", place, "link", "set", name, "arp", "off", "up"])
      ns.run(["ip", "netns", "exec", place, "ethtool", "-K", name, "tx", "off", "rx", "off", "gro", "off", "gso", "off",
              "tso", "off"], check=False)


def set_link(place, name, up):
  ns.run(["ip", "-n", place, "link", "set", name, "up" if up else "down"])


def is_up(place, name):
  return "LOWER_UP" in ns.run(["ip", "-n", place, "link", "show", name])


class Hosts:
  """Packet sockets on both far ends."""

  def __init__(self, place=HOSTS, outside=OUTSIDE, inside=INSIDE):
    with ns.inside(place):
      self.ends = [rawsocket.RawSocket(outside), rawsocket.RawSocket(inside)]

  def __enter__(self):
    return self

  def __exit__(self, *_):
    for end in self.ends:
      end.close()

  def send(self, end, frames, window_s=0.0):
    for frame in frames:
      while not self.ends[end].send(frame):
        time.sleep(0.001)
      if window_s:
        time.sleep(window_s)

  def collect(self, end, count, seconds=10.0, silence_s=0.3):
    """Frames that arrive until there are `count` of them and a silence, or the time is over."""
    frames, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
      wait = silence_s if len(frames) >= count else until - time.monotonic()
      if not select.select([self.ends[end]], [], [], max(wait, 0))[0]:
        break
      received = self.ends[end].receive()
      if received:
        frames.append(received[1])
    return frames

  def swap(self, inward, outward, burst=32):
    """Sends frames from both ends, a few at a time, and returns what arrived inside and outside."""
    arrived = [[], []]
    for first in range(0, max(len(inward), len(outward)), burst):
      for source, frames in ((0, inward), (1, outward)):
        self.send(source, frames[first:first + burst])
        arrived[1 - source] += self.collect(1 - source, len(frames[first:first + burst]), silence_s=0.0)
    for end in (0, 1):
      arrived[end] += self.collect(end, 0, silence_s=0.3)
    return arrived[1], arrived[0]
