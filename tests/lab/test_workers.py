# SPDX-License-Identifier: Apache-2.0
"""Several workers judge as one does, and one that stands still is seen, counted and recovers."""
import time

from debugger import stopped, stopped_by_gdb, worker_threads
from harness import feed, wait_until
from labtest import BAD, INNER, INNER6, LISTED, LISTED6, LabTest
from packets import datagram, syn
import clients
import scanners
import topology as t

STALL_S = 3
TWO = {"queues": 2, "node": "worker_cores = [0, 1]", "link": 'workers = 2\naffinity = "software"'}
EIGHT = {**TWO, "link": 'workers = 8\naffinity = "software"'}
PACKETS = 200


def traffic():
  """Packets of many sources, IPv4 and IPv6, some listed, as bytes."""
  sources = [t.outsider(n) for n in (*t.CLIENTS, *t.SCANNERS)] + [t.outsider6(n) for n in (*t.CLIENTS, *t.SCANNERS)]
  return [bytes(datagram(source, INNER6 if ":" in source else INNER, port=9, sport=2000 + n))
          for n in range(10) for source in sources]


class Workers(LabTest):
  def verdicts(self, **config):
    """Reasons and passed frames of the same traffic."""
    frames = traffic()
    with self.picketd(feed("bad"), BAD, **config) as picketd:
      self.inside.drain()
      for frame in frames:
        self.outside.send(frame)
      link = picketd.until(lambda now: now["layers"]["udp"] >= len(frames), "all packets judged")
      wanted = set(frames)
      passed = []
      wait_until(lambda: passed.extend(f for _, f in self.inside.received() if f in wanted)
                 or len(passed) >= len(frames) - link["reasons"]["reputation_drop"], lambda: f"{len(passed)} passed")
      link = picketd.stop()
    return link, sorted(passed)

  def test_two_and_eight_workers_on_two_queues_judge_as_one(self):
    one, passed_by_one = self.verdicts()
    self.assertEqual(one["affinity"], "single")
    for config, count in ((TWO, 2), (EIGHT, 8)):
      with self.subTest(count):
        many, passed_by_many = self.verdicts(**config)
        self.assertEqual(passed_by_one, passed_by_many)
        self.assertEqual(one["reasons"]["reputation_drop"], many["reasons"]["reputation_drop"])
        self.assertEqual(many["affinity"], "software")
        self.assertEqual([worker["worker"] for worker in many["workers"]], list(range(count)))
        self.assertTrue(all(worker["packets"] > 0 for worker in many["workers"]), many["workers"])
        self.assertGreater(sum(worker["handed_over"] for worker in many["workers"]), 0)

  def test_an_address_is_seen_by_one_worker_in_both_directions(self):
    for outer, inner in ((t.outsider(10), INNER), (t.outsider6(10), INNER6)):
      with self.subTest(outer), self.picketd(**TWO) as picketd:
        for n in range(PACKETS):
          self.outside.send(bytes(datagram(outer, inner, sport=2000 + n)))
          self.inside.send(bytes(datagram(inner, outer, port=2000 + n, sport=53, inward=False)))
        picketd.until(lambda now: now["layers"]["udp"] >= 2 * PACKETS, "all packets judged")
        counts = sorted(worker["packets"] for worker in picketd.stop()["workers"])
        self.assertLess(counts[0], PACKETS / 4, "noise of the lab only")
        self.assertGreaterEqual(counts[1], 2 * PACKETS)

  def test_two_workers_serve_clients_and_block_scanners(self):
    with self.picketd(feed("bad"), BAD, **TWO) as picketd:
      scan = scanners.nmap(LISTED).start()
      for requests in (clients.Fetch(300).run(), clients.Fetch(300, "https", t.outsider6(10)).run(), clients.ask(300)):
        self.assertEqual(requests.failures, [])
      self.assertEqual(scan.finish().found, set())
      link = picketd.stop()
    self.assertEqual(link["ledger"]["dropped"], link["reasons"]["reputation_drop"])


class Stalls(LabTest):
  def check_recovery(self, picketd, before):
    """After the stall: seen, its worker turns again, packets pass and the listed are dropped."""
    link = picketd.until(lambda now: all(now["workers"][0][name] > before["workers"][0][name]
                                         for name in ("stalls", "heartbeat")), "a stall, and turns after it")
    wait_until(lambda: not clients.ask(1, timeout_s=0.5).failures, "an answer after the stall", 10)
    self.assertEqual(clients.Fetch(100).run().failures, [])
    self.assert_dropped([syn(LISTED, INNER), syn(LISTED6, INNER6)])
    final = picketd.stop()
    self.assertEqual(final["workers"][0]["stalls"], link["workers"][0]["stalls"])
    self.assert_reasons(final, reputation_drop=2)

  def test_a_worker_stopped_by_a_debugger_is_seen_while_it_stands_and_recovers(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      [thread] = worker_threads(picketd.process.pid)
      before = picketd.link()
      with stopped(thread):
        until = time.monotonic() + STALL_S
        during = picketd.until(lambda now: now["workers"][0]["stalls"] == 1, "the stall, while it lasts", STALL_S)
        self.assertEqual(len(clients.ask(1, timeout_s=0.2).failures), 1)
        wait_until(lambda: time.monotonic() >= until, "time to pass", STALL_S + 1)
        heartbeat = picketd.link()["workers"][0]["heartbeat"]
        self.assertEqual(heartbeat, during["workers"][0]["heartbeat"])
      self.check_recovery(picketd, before)

  def test_a_whole_picketd_stopped_by_gdb_goes_on_afterwards(self):
    with self.picketd(feed("bad"), BAD) as picketd:
      before = picketd.link()
      with stopped_by_gdb(picketd.process.pid):
        until = time.monotonic() + STALL_S
        wait_until(lambda: time.monotonic() >= until, "time to pass", STALL_S + 1)
      wait_until(lambda: not clients.ask(1, timeout_s=0.5).failures, "an answer after the stall", 10)
      after = picketd.until(lambda now: now["workers"][0]["heartbeat"] > before["workers"][0]["heartbeat"], "turns")
      self.assertTrue(after["workers"])
      self.assertEqual(clients.Fetch(100).run().failures, [])
      picketd.stop()
