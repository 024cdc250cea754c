# SPDX-License-Identifier: Apache-2.0
"""What the device tests share."""
import pathlib
import tempfile
import unittest

import programs

COUNT = 1000


class DeviceTest(unittest.TestCase):
  """A test with a folder of its own, whose path is short enough for sockets."""

  def setUp(self):
    folder = tempfile.TemporaryDirectory(prefix="pkdev-")
    self.addCleanup(folder.cleanup)
    self.folder = pathlib.Path(folder.name)
    self.folder.chmod(0o755)

  def picketd(self, outside, inside, *arguments, link=None, node="", **options):
    """picketd on these devices; killed after the test whatever happens."""
    text = programs.config(outside, inside, node, **(link or {}))
    daemon = programs.Picketd(self.folder, text, *arguments, **options)
    self.addCleanup(daemon.kill)
    return daemon

  def peer(self, command, devices, *arguments, **options):
    peer = programs.Peer(self.folder, command, devices, *arguments, **options)
    self.addCleanup(peer.kill)
    return peer

  def exchange(self, devices, *arguments, **options):
    return programs.exchange(self.folder, devices, *arguments, **options)

  def assert_whole(self, result, count=COUNT):
    """As many frames each way, each once, none altered."""
    for way in ("in", "out"):
      self.assertEqual(result["directions"][way], {"sent": count, "received": count, "lost": 0, "duplicated": 0,
                                                   "altered": 0}, result)
    self.assertEqual(result["mbufs"]["free"], result["mbufs"]["size"])

  def assert_each_way(self, link, count=COUNT):
    """The ledger of a link that forwarded `count` packets each way and saw nothing else."""
    expected = {"received": 2 * count, "originated": 0, "transmitted": 2 * count, "dropped": 0, "consumed": 0, "lost": 0}
    self.assertEqual(link["ledger"], expected)
    self.assertEqual(link["verdicts"]["pass"], 2 * count)
    for port in link["ports"].values():
      self.assertEqual((port["received"], port["transmitted"], port["lost"]), (count, count, 0), port)
