# SPDX-License-Identifier: Apache-2.0
"""A bump in the wire: every frame that passes comes out as it went in, whatever it is."""
import random

from harness import feed
from labtest import BAD, INNER, INNER6, LISTED, LISTED6, UNLISTED, UNLISTED6, LabTest
from packets import (ARP, ICMP, TCP, UDP, Dot1AD, Dot1Q, Ether, ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr,
                     Raw, datagram, ether, ip, syn)
from peers import OUTSIDE_PEER
import clients
import network
import topology as t

JUMBO = 9000
JUMBO_RING = "blocksz=65536,framesz=16384,framecnt=512"
LLDP_GROUP, LLDP_TYPE = "01:80:c2:00:00:0e", 0x88CC
LLDP_DATA = bytes.fromhex("0207040200000000010403757001060200780000")


def tagged(frame, *tags):
  """The frame with VLAN tags put between its Ethernet header and the rest."""
  header, rest = frame.copy(), frame.payload
  header.remove_payload()
  del header.type
  for tag in tags:
    header = header / tag
  return header / rest


def samples(source, destination, inward):
  """Frames of many kinds, also wrong in ways that Picket does not judge."""
  head = ether(inward) / ip(source, destination, **({"tos": 0xB8, "id": 7, "flags": "DF"} if "." in source else {}))
  options = [("MSS", 1460), ("SAckOK", b""), ("Timestamp", (7, 0)), ("NOP", None), ("WScale", 7)]
  frames = [head / TCP(sport=40000, dport=80, flags="S", options=options),
            head / TCP(sport=40000, dport=80, flags="PA", seq=9, ack=8, urgptr=3) / Raw(b"GET / HTTP/1.0\r\n\r\n"),
            head / TCP(sport=40000, dport=80, flags="A", chksum=0xBEEF) / Raw(b"its checksum is wrong"),
            head / UDP(sport=53, dport=5353) / Raw(bytes(range(256))),
            head / UDP(sport=53, dport=5353, chksum=0x1234) / Raw(b"wrong, too"),
            head / (ICMP(id=5, seq=1) if "." in source else ICMPv6EchoRequest(id=5, seq=1)) / Raw(b"ping")]
  frames += [head / UDP(sport=9, dport=1000 + size) / Raw(random.Random(size).randbytes(size))
             for size in (0, 1, 17, 1400)]
  return frames + [frames[0] / Raw(b"\xa5" * 30)]  # bytes behind the IP packet


class Frames(LabTest):
  def test_bytes_and_checksums_of_passing_frames_do_not_change(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_passes(samples(UNLISTED, INNER, True))
      self.assert_passes(samples(UNLISTED6, INNER6, True))
      self.assert_passes(samples(INNER, UNLISTED, False), outward=True)
      self.assert_passes(samples(INNER6, UNLISTED6, False), outward=True)
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)

  def test_every_length_of_frame_passes_or_is_dropped_as_malformed(self):
    head = bytes(ether())[:12]
    frames = [head + b"\x88\xb5" + bytes(length - 14) for length in range(14, 1515, 25)]
    with self.picketd() as picketd:
      self.assert_passes(frames)
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)

  def test_arp_neighbor_discovery_and_lldp_pass(self):
    arp = ether(dst="ff:ff:ff:ff:ff:ff") / ARP(op=1, hwsrc=OUTSIDE_PEER, psrc=LISTED, pdst=INNER)
    solicit = (ether(dst="33:33:ff:00:00:10") / ip(LISTED6, "ff02::1:ff00:10", hlim=255)
               / ICMPv6ND_NS(tgt=INNER6) / ICMPv6NDOptSrcLLAddr(lladdr=OUTSIDE_PEER))
    lldp = Ether(src=OUTSIDE_PEER, dst=LLDP_GROUP, type=LLDP_TYPE) / Raw(LLDP_DATA)
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_passes([arp, solicit, lldp])
      link = picketd.stop()
    self.assert_reasons(link, lldp=1)
    self.assertGreaterEqual(link["reasons"]["arp"], 1)
    self.assertGreaterEqual(link["reasons"]["neighbor_discovery"], 1)

  def test_neighbours_find_each_other_through_it(self):
    with self.picketd():
      network.forget_neighbours()
      self.assertEqual(clients.dig("host12.lab.example"), [t.host(12)])
      self.assertEqual(clients.dig("host12.lab.example", server=INNER6, source=t.outsider6(11)), [t.host(12)])


class Tags(LabTest):
  def check(self, *tags, driver="net_af_packet"):
    with self.picketd(feed("bad"), BAD, driver=driver) as picketd:
      self.assert_passes([tagged(frame, *tags) for frame in samples(UNLISTED, INNER, True)])
      self.assert_passes([tagged(frame, *tags) for frame in samples(INNER6, UNLISTED6, False)], outward=True)
      self.assert_dropped([tagged(syn(LISTED, INNER), *tags), tagged(syn(LISTED6, INNER6), *tags)])
      self.assert_reasons(picketd.stop(), reputation_drop=2)

  def test_one_tag_stays_and_is_looked_through(self):
    self.check(Dot1Q(vlan=42, prio=5))

  def test_two_tags_stay_and_are_looked_through(self):
    self.check(Dot1Q(vlan=42), Dot1Q(vlan=4094, prio=7))

  def test_a_service_tag_stays_and_is_looked_through(self):
    self.check(Dot1AD(vlan=100, prio=3), Dot1Q(vlan=200), driver="net_af_xdp")

  def test_af_packet_makes_a_service_tag_a_customer_tag(self):
    """The kernel takes the outermost tag off and DPDK's driver puts it back, always as 0x8100. Picket cannot know."""
    frame = syn(UNLISTED, INNER)
    with self.picketd():
      got = self.inward([tagged(frame, Dot1AD(vlan=100, prio=3), Dot1Q(vlan=200))])
    self.assertEqual(got, [bytes(tagged(frame, Dot1Q(vlan=100, prio=3), Dot1Q(vlan=200)))])

  def test_tags_that_carry_a_priority_only_stay(self):
    self.check(Dot1Q(vlan=0, prio=6))


class Jumbo(LabTest):
  def test_frames_of_9000_bytes_pass_unchanged_and_are_judged(self):
    self.use_mtu(JUMBO)
    def big(source, destination, inward):
      return datagram(source, destination, payload=random.Random(1).randbytes(JUMBO - (28 if "." in source else 48)),
                      inward=inward)
    with self.picketd(feed("bad"), BAD, link=f"mtu = {JUMBO}", ring=JUMBO_RING) as picketd:
      self.assert_passes([big(UNLISTED, INNER, True), big(UNLISTED6, INNER6, True)])
      self.assert_passes([big(INNER, UNLISTED, False), big(INNER6, UNLISTED6, False)], outward=True)
      self.assert_passes([tagged(big(UNLISTED, INNER, True), Dot1Q(vlan=7))])
      self.assert_dropped([big(LISTED, INNER, True), big(LISTED6, INNER6, True)])
      self.assertEqual(clients.download(), (True, t.LARGE_FILE_BYTES))
      self.assert_reasons(picketd.stop(), reputation_drop=2)
