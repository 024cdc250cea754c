# SPDX-License-Identifier: Apache-2.0
"""Devices between processes: memif, vhost, virtio-user, and a ring that gives back what it is sent."""
import hugepages
import pairs
from devicetest import COUNT, DeviceTest


class Between(DeviceTest):
  """1,000 packets each way between picketd and another process, with and without huge pages."""

  def through(self, pair, huge=False):
    more = ["--send", COUNT, "--frame", "60,61,128,590,1514"] + (["--hugepages"] if huge else [])
    if pair.late:
      # Frames may wait in the peer's rings for a picketd that is still starting.
      peer = self.peer("exchange", pair.peer, *more, "--settle-ms", "8000").ready()
      daemon = self.picketd(*pair.picketd, huge=huge)
      result = peer.result()
    else:
      daemon = self.picketd(*pair.picketd, huge=huge)
      result = self.exchange(pair.peer, *more)
    self.assert_whole(result)
    self.assert_each_way(daemon.stop())

  def test_memif(self):
    self.through(pairs.memif(self.folder))

  def test_vhost(self):
    self.through(pairs.vhost(self.folder))

  def test_virtio_user(self):
    self.through(pairs.virtio_user(self.folder))

  def test_memif_on_huge_pages(self):
    with hugepages.reserved(self):
      self.through(pairs.memif(self.folder), huge=True)

  def test_vhost_on_huge_pages(self):
    with hugepages.reserved(self):
      self.through(pairs.vhost(self.folder), huge=True)

  def test_virtio_user_on_huge_pages(self):
    with hugepages.reserved(self):
      self.through(pairs.virtio_user(self.folder), huge=True)


class Ring(DeviceTest):
  """net_ring's own tx ring is its rx ring: as the inside port it reflects every packet, so that each of 1,000 packets goes
  in through the ring's tx and out through its rx."""

  def test_ring_reflects(self):
    pair = pairs.memif(self.folder)
    daemon = self.picketd(pair.picketd[0], "net_ring0")
    result = self.exchange(pair.peer[:1], "--send", COUNT, "--flow", "in")
    self.assertEqual(result["directions"]["in"]["received"], COUNT, result)
    self.assertTrue(result["complete"], result)
    self.assert_each_way(daemon.stop())
