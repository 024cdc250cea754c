# SPDX-License-Identifier: Apache-2.0
"""What lists do to packets: block, scopes, tiers, modes, expiry."""
import time

from harness import feed, wait_until
from labtest import BAD, INNER, INNER6, LISTED, LISTED6, UNLISTED, UNLISTED6, LabTest
from packets import datagram, syn
import topology as t

COUNT = 20
START_WITHIN_S = 2


def syns(source, destination=INNER, port=80, inward=True):
  return [syn(source, destination, port, sport=40000 + n, inward=inward) for n in range(COUNT)]


class Lists(LabTest):
  def test_block_drops_the_listed_both_ways_and_only_them(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_dropped(syns(LISTED))
      self.assert_passes(syns(UNLISTED))
      self.assert_dropped(syns(INNER, LISTED, inward=False), outward=True)
      self.assert_passes(syns(INNER, UNLISTED, inward=False), outward=True)
      link = picketd.stop()
    self.assert_reasons(link, reputation_drop=2 * COUNT)
    self.assertEqual(link["ledger"]["dropped"], 2 * COUNT)
    self.assertEqual(link["verdicts"]["drop"], 2 * COUNT)

  def test_block_holds_for_ipv6(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_dropped(syns(LISTED6, INNER6))
      self.assert_passes(syns(UNLISTED6, INNER6))
      self.assert_dropped(syns(INNER6, LISTED6, inward=False), outward=True)
      link = picketd.stop()
    self.assert_reasons(link, reputation_drop=2 * COUNT)
    self.assertGreaterEqual(link["layers"]["ipv6"], 3 * COUNT)

  def test_port_scope_drops_that_port_only(self):
    with self.picketd(feed("bad", scope="tcp/22,8000-8100"), BAD) as picketd:
      for port in (22, 8000, 8100):
        self.assert_dropped(syns(LISTED, port=port))
      for port in (21, 80, 7999, 8101):
        self.assert_passes(syns(LISTED, port=port))
      self.assert_passes([datagram(LISTED, INNER, port=22)])
      self.assert_reasons(picketd.stop(), reputation_drop=3 * COUNT)

  def test_allow_of_the_operator_beats_a_feed(self):
    tables = feed("bad") + feed("friends", verdict="allow", tier="operator")
    files = {"bad.txt": f"{t.WORLD}\n{LISTED}\n", "friends.txt": f"{LISTED}\n"}
    with self.picketd(tables, files) as picketd:
      self.assert_passes(syns(LISTED))
      self.assert_dropped(syns(UNLISTED))
      self.assert_reasons(picketd.stop(), reputation_allow=COUNT, reputation_drop=COUNT)

  def test_never_block_beats_every_list(self):
    with self.picketd(feed("bad"), {"bad.txt": f"{t.LINK}\n{t.OUTSIDE_ROUTER}\n"}) as picketd:
      self.assert_passes(syns(t.OUTSIDE_ROUTER))
      link = picketd.stop()
    self.assert_reasons(link, reputation_drop=0)
    self.assertGreaterEqual(link["reasons"]["never_block"], COUNT)

  def test_monitor_mode_counts_and_drops_nothing(self):
    with self.picketd(feed("bad"), BAD, mode="monitor") as picketd:
      self.assert_passes(syns(LISTED))
      link = picketd.stop()
    self.assert_reasons(link, reputation_drop=COUNT)
    self.assertEqual((link["ledger"]["dropped"], link["verdicts"]["drop"]), (0, 0))

  def test_mode_off_forwards_unjudged(self):
    with self.picketd(feed("bad"), BAD, mode="off") as picketd:
      self.assert_passes(syns(LISTED))
      self.assert_reasons(picketd.stop(), reputation_drop=0)

  def test_a_prefix_may_have_its_own_mode(self):
    link = ('prefix_modes = [ { prefix = "198.51.100.0/28", mode = "enforce" },'
            ' { prefix = "2001:db8:51::10/128", mode = "enforce" } ]')
    with self.picketd(feed("bad"), BAD, mode="monitor", link=link) as picketd:
      self.assert_dropped(syns(LISTED, t.host(10)))
      self.assert_passes(syns(LISTED, t.host(20)))
      self.assert_dropped(syns(LISTED6, t.host6(10)))
      self.assert_passes(syns(LISTED6, t.host6(20)))
      final = picketd.stop()
    self.assertEqual(final["ledger"]["dropped"], 2 * COUNT)
    self.assert_reasons(final, reputation_drop=4 * COUNT)


class Expiry(LabTest):
  SHORT_S, LONG_S = 2, 4

  def test_entries_end_when_their_time_is_over(self):
    short, long, lasting = t.outsider(70), t.outsider(71), t.outsider(72)
    saved = (f"create bad hash:ip family inet timeout 600\nadd bad {short} timeout {self.SHORT_S}\n"
             f"add bad {long} timeout {self.LONG_S}\nadd bad {lasting} timeout 0\n")
    launched = time.monotonic()
    with self.picketd(feed("bad", "bad.save", format="ipset_save"), {"bad.save": saved}):
      ready = time.monotonic()
      passed = self._first_passes([short, long, lasting], until=ready + self.LONG_S + 1)
    self.assertNotIn(lasting, passed)
    for address, timeout_s in ((short, self.SHORT_S), (long, self.LONG_S)):
      self.assertGreater(passed[address], launched + timeout_s)
      self.assertLess(passed[address], ready + timeout_s + 0.2)
    self.assertAlmostEqual(passed[long] - passed[short], self.LONG_S - self.SHORT_S, delta=0.1)

  def _first_passes(self, sources, until):
    """{source: when the first of its packets passed}; one is sent every 5 ms."""
    passed, frames = {}, {source: bytes(syn(source, INNER)) for source in sources}
    while time.monotonic() < until:
      for frame in frames.values():
        self.outside.send(frame)
      time.sleep(0.005)
      for _, frame in self.inside.received():
        for source in sources:
          if frame == frames[source]:
            passed.setdefault(source, time.monotonic())
    return passed


class Start(LabTest):
  def test_a_stats_file_is_rewritten_while_it_runs(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      first = wait_until(lambda: picketd.stats_file.exists() and picketd.stats(), "first statistics")
      self.assert_dropped(syns(LISTED))
      link = picketd.until(lambda now: now["reasons"].get("reputation_drop") == COUNT, "all dropped packets counted")
      self.assertTrue(first["running"])
      self.assertEqual((link["name"], link["mode"]), ("wan0", "enforce"))
      self.assertEqual({port["driver"] for port in link["ports"].values()}, {"net_af_packet"})

  def test_packets_pass_soon_after_the_start(self):
    launched = time.monotonic()
    with self.picketd() as picketd:
      self.assert_passes([syn(UNLISTED, INNER)])
      self.assertLess(time.monotonic() - launched, START_WITHIN_S)
      picketd.stop()
