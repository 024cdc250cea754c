# SPDX-License-Identifier: Apache-2.0
"""Frames of every length, and of random bytes as fast as they go."""
import programs
import frames
import pairs
import wires
from devicetest import DeviceTest

LONGEST = 9216
SHORTEST_SOUND = 42  # Ethernet, IPv4, UDP; the peer's shorter frames are beginnings of such a frame
JUMBO_SLOTS = "framesz=10240,blocksz=20480,framecnt=512"
RANDOM_FRAMES = 100_000


class Lengths(DeviceTest):
  """One frame of each length each way. What is too short to be sound is dropped, each for its own reason."""

  def through(self, pair, first, arrives_from=None):
    daemon = self.picketd(*pair.picketd, link={"mtu": LONGEST - 14})
    result = self.exchange(pair.peer, "--frame", f"{first}-{LONGEST}", "--send", LONGEST + 1 - first,
                           "--expect", LONGEST + 1 - SHORTEST_SOUND)
    self.check(result["directions"], daemon.stop(), arrives_from if arrives_from is not None else first)

  def check(self, directions, link, first):
    for way in directions.values():
      self.assertEqual(way["received"], LONGEST + 1 - SHORTEST_SOUND, way)
      self.assertEqual((way["altered"], way["duplicated"]), (0, 0), way)
    reasons = {"none": LONGEST + 1 - SHORTEST_SOUND, "ethernet_truncated": 14 - first, "ipv4_truncated": 20,
               "ipv4_bad_total_length": 8}
    self.assertEqual(link["reasons"], {name: 2 * count for name, count in reasons.items() if count})
    self.assertEqual(link["ledger"]["lost"], 0)
    self.assertEqual(link["ledger"]["received"], 2 * (LONGEST + 1 - first))

  def test_memif(self):
    """From 1: net_memif makes of an empty frame one with what its buffer held before."""
    self.through(pairs.memif(self.folder), first=1)

  def test_memif_in_pieces(self):
    """The default buffers of 2,048 bytes: longer frames come in several mbufs."""
    self.through(pairs.memif(self.folder, more=""), first=1)

  def test_vhost(self):
    """The virtio ring carries no empty frame: of 9,217 lengths 9,216 arrive."""
    self.through(pairs.vhost(self.folder), first=0, arrives_from=1)

  def test_virtio_user(self):
    """The driver itself refuses what is shorter than an Ethernet header, and counts it."""
    pair = pairs.virtio_user(self.folder)
    peer = self.peer("exchange", pair.peer, "--frame", f"1-{LONGEST}", "--send", LONGEST, "--expect",
                     LONGEST + 1 - SHORTEST_SOUND, "--settle-ms", "4000").ready()
    daemon = self.picketd(*pair.picketd, link={"mtu": LONGEST - 14})
    directions = peer.result()["directions"]
    link = daemon.stop()
    self.check(directions, link, 14)
    self.assertEqual([port["rx_errors"] for port in link["ports"].values()], [13, 13])

  def test_af_packet(self):
    """From 14: the kernel sends no frame shorter than its link-layer header."""
    wires.add_veths(mtu=LONGEST - 14)
    daemon = self.picketd(f"net_af_packet0,iface={wires.OUTSIDE},{JUMBO_SLOTS}",
                          f"net_af_packet1,iface={wires.INSIDE},{JUMBO_SLOTS}", namespace=wires.BOX,
                          link={"mtu": LONGEST - 14})
    sent = [frames.udp(i, True, max(i, SHORTEST_SOUND))[:i] for i in range(14, LONGEST + 1)]
    with wires.Hosts() as hosts:
      inside, outside = hosts.swap(sent, [])
    self.assertEqual(inside, sent[SHORTEST_SOUND - 14:])
    self.assertEqual(outside, [])
    link = daemon.stop()
    self.assertEqual(link["ledger"]["dropped"], SHORTEST_SOUND - 14)
    self.assertEqual(link["ledger"]["received"], len(sent))

  def test_short_ones_pass_when_the_config_says_so(self):
    pair = pairs.memif(self.folder)
    daemon = self.picketd(*pair.picketd, node='[malformed]\ndefault = "pass"')
    result = self.exchange(pair.peer, "--frame", "1-64", "--send", 64)
    self.assert_whole(result, 64)
    self.assert_each_way(daemon.stop(), 64)


class RandomBytes(DeviceTest):
  """Random bytes and lengths, as fast as both sides can: nothing is altered or comes twice, all is accounted for."""

  def through(self, pair, first):
    daemon = self.picketd(*pair.picketd, link={"mtu": LONGEST - 14})
    result = self.exchange(pair.peer, "--random", "--frame", f"{first}-{LONGEST}", "--send", RANDOM_FRAMES, "--window",
                           "0")
    link = daemon.stop()
    empty = 2 * (RANDOM_FRAMES // (LONGEST + 1 - first) + 1) if first == 0 else 0
    self.assertAlmostEqual(link["ledger"]["received"], 2 * RANDOM_FRAMES, delta=empty)
    for way, port in (("in", "inside"), ("out", "outside")):
      figures = result["directions"][way]
      self.assertEqual((figures["altered"], figures["duplicated"]), (0, 0), figures)
      self.assertEqual(figures["received"], link["ports"][port]["transmitted"], figures)
    self.assertGreater(link["reasons"]["ethernet_truncated"], 0)

  def test_memif(self):
    self.through(pairs.memif(self.folder), first=1)

  def test_vhost(self):
    self.through(pairs.vhost(self.folder), first=0)

  def test_af_packet(self):
    """The kernel's rings drop what nobody takes in time, before picketd counts it. net_af_packet puts every tag that the
    kernel took off back as 802.1Q, whatever it was: hence no VLAN here."""
    wires.add_veths()
    daemon = self.picketd(f"net_af_packet0,iface={wires.OUTSIDE}", f"net_af_packet1,iface={wires.INSIDE}",
                          namespace=wires.BOX)
    ends = [f"net_af_packet0,iface={wires.OUTSIDE}", f"net_af_packet1,iface={wires.INSIDE}"]
    result = programs.exchange(self.folder, ends, "--random", "--untagged", "--frame", "14-1514", "--send", RANDOM_FRAMES // 4,
                               "--window", "0", namespace=wires.HOSTS)
    link = daemon.stop()
    for way in result["directions"].values():
      self.assertGreater(way["received"], 0)
      self.assertEqual((way["altered"], way["duplicated"]), (0, 0), way)
    self.assertGreater(link["ledger"]["received"], 0)
