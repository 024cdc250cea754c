# SPDX-License-Identifier: Apache-2.0
"""Inside addresses come from inside only, outside addresses from outside only."""
from labtest import INNER, INNER6, OTHER_OUTSIDER, UNLISTED, UNLISTED6, LabTest
from packets import ARP, datagram, ether
import clients
import topology as t

FROM_OUTSIDE = [datagram(t.host(200), INNER), datagram("2001:db8:51::200", INNER6)]
FROM_INSIDE = [datagram(OTHER_OUTSIDER, UNLISTED, inward=False), datagram(UNLISTED6, "2001:db8:7::9", inward=False)]


class Spoof(LabTest):
  def test_spoofed_sources_are_dropped_by_default(self):
    with self.picketd() as picketd:
      self.assert_dropped(FROM_OUTSIDE)
      self.assert_dropped(FROM_INSIDE, outward=True)
      self.assert_reasons(picketd.stop(), spoofed_inside=2, spoofed_outside=2)

  def test_monitor_counts_them_and_pass_does_not_look(self):
    for setting, counted in (("monitor", 2), ("pass", 0)):
      with self.subTest(setting), self.picketd(link=f'anti_spoof = "{setting}"') as picketd:
        self.assert_passes(FROM_OUTSIDE)
        self.assert_passes(FROM_INSIDE, outward=True)
        link = picketd.stop()
        self.assert_reasons(link, spoofed_inside=counted, spoofed_outside=counted)
        self.assertEqual(link["ledger"]["dropped"], 0)

  def test_monitor_mode_drops_no_spoofed_packet(self):
    with self.picketd(mode="monitor") as picketd:
      self.assert_passes(FROM_OUTSIDE)
      self.assert_passes(FROM_INSIDE, outward=True)
      self.assert_reasons(picketd.stop(), spoofed_inside=2, spoofed_outside=2)

  def test_routers_link_local_and_unspecified_sources_may_leave(self):
    frames = [datagram(t.INSIDE_ROUTER, UNLISTED, inward=False), datagram(t.INSIDE_ROUTER6, UNLISTED6, inward=False),
              datagram("169.254.7.7", UNLISTED, inward=False), datagram("fe80::7", UNLISTED6, inward=False),
              datagram("::", "ff02::16", inward=False), datagram("0.0.0.0", "255.255.255.255", inward=False),
              ether(False) / ARP(psrc=OTHER_OUTSIDER, pdst=UNLISTED)]
    with self.picketd() as picketd:
      self.assert_passes(frames, outward=True)
      self.assert_reasons(picketd.stop(), spoofed_outside=0)

  def test_real_clients_are_no_spoofers(self):
    with self.picketd() as picketd:
      self.assertEqual(clients.Fetch(50).run().failures, [])
      self.assertEqual(clients.Fetch(50, source=t.outsider6(10)).run().failures, [])
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)
