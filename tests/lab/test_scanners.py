# SPDX-License-Identifier: Apache-2.0
"""Real scanners: from a listed source they find nothing, from an unlisted one exactly the truth."""
from harness import feed
from labtest import BAD, LISTED, LISTED6, UNLISTED, UNLISTED6, LabTest, long_only
import scanners
import topology as t


class Scanners(LabTest):
  def scan(self, scan, wanted, tables=feed("bad")):
    with self.picketd(tables, BAD) as picketd:
      found = scan.run().found
      link = picketd.stop()
    self.assertEqual((found - wanted, wanted - found), (set(), set()), "(wrongly found, missed)")
    return link

  def test_nmap_from_a_listed_source_finds_nothing(self):
    scan = scanners.nmap(LISTED)
    link = self.scan(scan, set())
    probes = len(scanners.NMAP_HOSTS) * (len(scanners.TCP_PORTS) + len(scanners.UDP_PORTS))
    self.assertGreaterEqual(link["reasons"]["reputation_drop"], probes)

  def test_nmap_from_an_unlisted_source_finds_exactly_the_truth(self):
    link = self.scan(scanners.nmap(UNLISTED), scanners.truth(udp=scanners.UDP_PORTS))
    self.assert_reasons(link, reputation_drop=0)

  def test_nmap_over_ipv6(self):
    self.scan(scanners.nmap(LISTED6), set())
    self.scan(scanners.nmap(UNLISTED6), scanners.truth(udp=scanners.UDP_PORTS, v6=True))

  def test_nmap_from_a_source_listed_for_a_port_finds_the_rest(self):
    rest = tuple(port for port in scanners.TCP_PORTS if port != 22)
    self.scan(scanners.nmap(LISTED, udp=()), scanners.truth(tcp=rest), feed("bad", scope="tcp/22"))

  def test_masscan_from_a_listed_source_finds_nothing(self):
    link = self.scan(scanners.masscan(LISTED), set())
    self.assertGreaterEqual(link["reasons"]["reputation_drop"], 256 * len(scanners.TCP_PORTS))

  def test_masscan_from_an_unlisted_source_finds_exactly_the_truth(self):
    self.scan(scanners.masscan(UNLISTED), scanners.truth())

  def test_zmap_from_a_listed_source_finds_nothing(self):
    self.assertGreaterEqual(self.scan(scanners.zmap(LISTED, 80), set())["reasons"]["reputation_drop"], 256)

  def test_zmap_from_an_unlisted_source_finds_exactly_the_truth(self):
    self.scan(scanners.zmap(UNLISTED, 80), scanners.truth(tcp=(80,)))

  @long_only
  def test_nmap_with_fragments_is_no_way_around(self):
    self.scan(scanners.nmap(LISTED, udp=(), options=("-f",)), set())
    self.scan(scanners.nmap(UNLISTED, hosts=range(10, 20), udp=(), options=("-f",)),
              {item for item in scanners.truth() if item[0] in {t.host(n) for n in range(10, 20)}})
