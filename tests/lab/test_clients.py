# SPDX-License-Identifier: Apache-2.0
"""Real clients notice nothing: every request is answered while a list blocks others."""
from harness import feed, wait_until
from labtest import BAD, LISTED, LISTED6, LabTest, long_only
import clients
import lab
import namespaces as ns
import scanners
import topology as t

TINY_DELAY_MS = 5


class Clients(LabTest):
  def finish(self, picketd):
    link = picketd.stop()
    self.assertEqual((link["ledger"]["dropped"], link["ledger"]["lost"]), (0, 0), link["reasons"])
    return link

  def test_1000_http_requests_have_no_failure(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_served(clients.Fetch(1000).run())
      self.assert_served(clients.Fetch(100, source=t.outsider6(10)).run())
      self.assertGreaterEqual(self.finish(picketd)["layers"]["tcp"], 1100 * 8)

  def test_1000_https_requests_have_no_failure(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_served(clients.Fetch(1000, "https").run())
      self.assert_served(clients.Fetch(100, "https", source=t.outsider6(10)).run())
      self.finish(picketd)

  def test_dns_queries_are_answered(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assert_served(clients.ask(1000))
      self.assert_served(clients.ask(200, source=t.outsider6(11), server=t.host6(10)))
      self.assertEqual(clients.dig("host12.lab.example", "AAAA"), [t.host6(12)])
      self.assertEqual(len(clients.dig("long.lab.example", "TXT", options=["+noedns"])), 4)  # cut off, then by TCP
      self.finish(picketd)

  def test_iperf3_runs_both_ways(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      for options in ((), ("-R",)):
        self.assertGreater(clients.iperf3(options)["sum_received"]["bytes"], 1 << 20)
      self.assertEqual(clients.iperf3(("-u", "-b", "20M"))["sum"]["lost_packets"], 0)
      self.assertGreater(clients.iperf3(source=t.outsider6(12), seconds=1)["sum_received"]["bytes"], 1 << 20)
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)

  def test_a_large_file_comes_whole(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      self.assertEqual(clients.download(), (True, t.LARGE_FILE_BYTES))
      self.assertEqual(clients.download(t.outsider6(10), t.host6(10)), (True, t.LARGE_FILE_BYTES))
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)

  def test_clients_are_served_while_scanners_are_blocked(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      scans = [scanners.masscan(LISTED, rate=20_000).start(), scanners.nmap(LISTED6).start()]
      fetches = [clients.Fetch(300).start(), clients.Fetch(300, "https", source=t.outsider6(10)).start()]
      self.assert_served(clients.ask(300))
      for fetch in fetches:
        self.assert_served(fetch.finish())
      self.assertEqual([scan.finish().found for scan in scans], [set(), set()])
      link = picketd.stop()
    self.assertEqual(link["ledger"]["dropped"], link["reasons"]["reputation_drop"])

  def test_a_listed_client_gets_nothing(self):
    with self.picketd(feed("bad"), BAD):
      self.assertEqual(len(clients.Fetch(2, source=LISTED, timeout_s=0.5).run().failures), 2)
      self.assertEqual(len(clients.ask(2, source=LISTED, timeout_s=0.2).failures), 2)


class Wires(LabTest):
  """What happens to the wires happens to the appliance too."""
  FLAPS = 100

  def test_a_link_that_goes_down_and_up_is_used_again(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      for _ in range(self.FLAPS):
        ns.ip_batch(t.BOX, f"link set {t.BOX_OUTSIDE} down\nlink set {t.BOX_OUTSIDE} up\n")
      wait_until(lambda: not clients.ask(1, timeout_s=0.2).failures, "an answer after the link came back", 10)
      self.assert_served(clients.Fetch(100).run())
      picketd.stop()


class Far(LabTest):
  @long_only
  def test_clients_over_a_slow_and_lossy_wire_are_served(self):
    lab.up(delay_ms=TINY_DELAY_MS, loss=1)
    self.addCleanup(lab.up)
    with self.picketd(feed("bad"), BAD) as picketd:
      requests = clients.Fetch(300, timeout_s=60).run()
      self.assert_served(requests)
      self.assertGreater(requests.median(), 4 * TINY_DELAY_MS / 1000)
      self.assertEqual(clients.download(), (True, t.LARGE_FILE_BYTES))
      self.assertEqual(picketd.stop()["ledger"]["dropped"], 0)
