# SPDX-License-Identifier: Apache-2.0
"""What the lab's tests share. The runner has raised the lab; every test starts its own picketd."""
import time
import unittest

import harness
import lab
import network
import peers
import topology as t

LISTED, LISTED6 = t.outsider(66), t.outsider6(66)
UNLISTED, UNLISTED6 = t.outsider(67), t.outsider6(67)
INNER, INNER6 = t.host(10), t.host6(10)
OTHER_OUTSIDER = "198.18.7.9"  # one that pk-outside knows nothing of
BAD = {"bad.txt": f"{LISTED}\n{LISTED6}\n"}


def long_only(test):
  """Only with --long."""
  test.long_only = True
  return test


class LabTest(unittest.TestCase):
  """A test with the lab up, plain (no bridge, no relay), and a raw peer on both sides."""

  def setUp(self):
    lab.up()
    self.outside = self._peer(t.OUTSIDE)
    self.inside = self._peer(t.INSIDE)

  def _peer(self, namespace):
    peer = peers.Peer(namespace)
    self.addCleanup(peer.close)
    return peer

  def picketd(self, tables="", files=None, arguments=(), **config):
    return harness.Picketd(harness.config(tables, **config), files, arguments)

  def use_mtu(self, mtu):
    network.set_mtu(mtu)
    self.addCleanup(network.set_mtu, network.MTU_DEFAULT)

  def inward(self, frames):
    """Frames of these that came through from the outside."""
    return self.outside.through(self.inside, frames)

  def outward(self, frames):
    return self.inside.through(self.outside, frames)

  def assert_passes(self, frames, outward=False):
    frames = [bytes(frame) for frame in frames]
    got = (self.outward if outward else self.inward)(frames)
    self.assertEqual([frame.hex() for frame in got], [frame.hex() for frame in frames])

  def assert_dropped(self, frames, outward=False):
    got = (self.outward if outward else self.inward)(frames)
    self.assertEqual([frame.hex() for frame in got], [])

  def assert_served(self, requests):
    self.assertEqual(requests.failures, [])

  def assert_reasons(self, link, **wanted):
    """Exactly these counts, of the reasons named."""
    self.assertEqual({name: link["reasons"].get(name, 0) for name in wanted}, wanted)


def pace(total, per_s):
  """Yields 0 to total - 1, each when it is due."""
  started = time.monotonic()
  for number in range(total):
    due = started + number / per_s
    while (wait := due - time.monotonic()) > 0:
      if wait > 0.001:
        time.sleep(0.0005)
    yield number
