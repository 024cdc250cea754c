# SPDX-License-Identifier: Apache-2.0
"""Fragments, both ways: they pass as they are, and later ones share the fate of their first."""
import socket

from harness import feed
from labtest import BAD, INNER, INNER6, LISTED, LISTED6, UNLISTED, UNLISTED6, LabTest
from packets import UDP, Ether, IPv6ExtHdrFragment, Raw, ether, fragment, fragment6, ip
import namespaces as ns
import topology as t

PAYLOAD = bytes(range(256)) * 16
PIECE_BYTES = 1280


def pieces(source, destination, port=53, inward=True, serial=1):
  """One UDP datagram of 4,096 bytes in fragments."""
  datagram = UDP(sport=40000, dport=port) / Raw(PAYLOAD)
  head = ether(inward)
  if ":" in source:
    whole = ip(source, destination) / IPv6ExtHdrFragment(id=serial) / datagram
    return [head / piece for piece in fragment6(whole, PIECE_BYTES)]
  return [head / piece for piece in fragment(ip(source, destination, id=serial) / datagram, PIECE_BYTES)]


class Fragments(LabTest):
  driver = "net_af_packet"

  def picketd(self, tables="", files=None, **config):
    return super().picketd(tables, files, driver=self.driver, **config)

  def test_fragments_of_the_unlisted_pass_unchanged_both_ways(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_passes(pieces(UNLISTED, INNER) + pieces(UNLISTED6, INNER6))
      self.assert_passes(pieces(INNER, UNLISTED, inward=False) + pieces(INNER6, UNLISTED6, inward=False), outward=True)
      link = picketd.stop()
    self.assertEqual(link["ledger"]["dropped"], 0)
    self.assertGreaterEqual(link["layers"]["fragment"], 16)

  def test_fragments_of_the_listed_are_dropped_both_ways(self):
    with self.picketd(feed("bad"), BAD):
      self.assert_dropped(pieces(LISTED, INNER) + pieces(LISTED6, INNER6))
      self.assert_dropped(pieces(INNER, LISTED, inward=False) + pieces(INNER6, LISTED6, inward=False), outward=True)

  def test_later_fragments_follow_the_port_of_the_first(self):
    refused = pieces(LISTED, INNER, port=53) + pieces(LISTED6, INNER6, port=53)
    with self.picketd(feed("bad", scope="udp/53"), BAD) as picketd:
      self.assert_dropped(refused)
      self.assert_passes(pieces(LISTED, INNER, port=54, serial=2) + pieces(LISTED6, INNER6, port=54, serial=2))
      link = picketd.stop()
    self.assert_reasons(link, reputation_drop=2, frag_follows=len(refused) - 2)

  def test_a_later_fragment_whose_first_is_unknown_passes_no_scoped_drop(self):
    last = pieces(LISTED, INNER, port=54)[-1]
    with self.picketd(feed("bad", scope="udp/53"), BAD) as picketd:
      self.assert_dropped([last])
      self.assert_passes([Ether(bytes(pieces(UNLISTED, INNER)[-1]))])
      self.assert_reasons(picketd.stop(), frag_no_first=1)

  def test_policy_drops_fragments(self):
    with self.picketd('[fragments]\nipv4 = "drop"\n') as picketd:
      four, six = pieces(UNLISTED, INNER), pieces(UNLISTED6, INNER6)
      self.assert_dropped(four)
      self.assert_passes(six)
      self.assert_reasons(picketd.stop(), frag_policy=len(four))

  def test_kernels_reassemble_what_came_through(self):
    with self.picketd(feed("bad"), BAD):
      for outer, inner in ((t.outsider(10), INNER), (t.outsider6(10), INNER6)):
        for source, target in (((t.OUTSIDE, outer), (t.INSIDE, inner)), ((t.INSIDE, inner), (t.OUTSIDE, outer))):
          self._one_datagram(source, target)

  def _one_datagram(self, source, target):
    kind = socket.AF_INET6 if ":" in source[1] else socket.AF_INET
    with ns.inside(source[0]):
      sender = socket.socket(kind, socket.SOCK_DGRAM)
    with ns.inside(target[0]):
      receiver = socket.socket(kind, socket.SOCK_DGRAM)
    with sender, receiver:
      sender.bind((source[1], 0))
      receiver.bind((target[1], 0))
      receiver.settimeout(5)
      sender.sendto(PAYLOAD, receiver.getsockname()[:2])
      self.assertEqual(receiver.recv(65535), PAYLOAD)


class FragmentsOverXdp(Fragments):
  driver = "net_af_xdp"
