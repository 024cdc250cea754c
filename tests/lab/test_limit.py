# SPDX-License-Identifier: Apache-2.0
"""The limiter lets exactly its rate through, measured on the inside by the kernel's time stamps."""
import functools
import threading

from harness import feed
from labtest import INNER, INNER6, LISTED, LISTED6, UNLISTED, LabTest, pace
from packets import datagram

SECONDS = 4
SETTLED_NS, MEASURED_NS = 10**9 // 2, 3 * 10**9
TOLERANCE = 0.02
FILES = {"slow.txt": f"{LISTED}\n{UNLISTED}\n2001:db8:113::/64\n"}


def rate_class(**keys):
  lines = "".join(f'{key} = {value!r}\n'.replace("'", '"') for key, value in keys.items())
  return '[[rate_class]]\nname = "slow"\n' + lines + feed("slow", verdict="limit", rate_class="slow")


def on_a_busy_machine(test):
  """Whoever else runs may stop sender or picketd for longer than a burst lasts: then it is measured again."""
  @functools.wraps(test)
  def measure(self):
    for last in (False, False, True):
      try:
        return test(self)
      except AssertionError:
        if last:
          raise
  return measure


class Limit(LabTest):
  def passed(self, frames, per_s):
    """Sends the frames in turn for SECONDS. Of those that pass, (ns, frame) without the burst of the start."""
    frames = [bytes(frame) for frame in frames]
    got = []
    reader = threading.Thread(target=self._send, args=(frames, per_s))
    reader.start()
    while reader.is_alive():
      got.extend(item for item in self.inside.received() if item[1] in frames)
      reader.join(0.05)
    got.extend(item for item in self.inside.received() if item[1] in frames)
    self.assertTrue(got, "nothing passed")
    start = got[0][0] + SETTLED_NS
    return [item for item in got if start <= item[0] < start + MEASURED_NS]

  def _send(self, frames, per_s):
    for number in pace(SECONDS * per_s, per_s):
      self.outside.send(frames[number % len(frames)])

  def assert_rate(self, count, per_s):
    measured = count * 10**9 / MEASURED_NS
    self.assertLess(abs(measured / per_s - 1), TOLERANCE, f"{measured:.0f} per second, granted are {per_s}")

  @on_a_busy_machine
  def test_packets_per_second_are_granted_within_two_percent(self):
    with self.picketd(rate_class(packets_per_s=2000, burst_packets=400, per="host"), FILES) as picketd:
      got = self.passed([datagram(LISTED, INNER)], per_s=10_000)
      link = picketd.stop()
    self.assert_rate(len(got), 2000)
    self.assertEqual(link["reasons"]["reputation_limit"] + link["ledger"]["transmitted"], link["ledger"]["received"])
    self.assertEqual(link["ledger"]["dropped"], link["verdicts"]["limit"])

  @on_a_busy_machine
  def test_bytes_per_second_are_granted_within_two_percent(self):
    frame = datagram(LISTED, INNER, payload=bytes(958))  # 1,000 bytes with its headers
    with self.picketd(rate_class(bytes_per_s=1_000_000, burst_bytes=100_000, per="host"), FILES):
      got = self.passed([frame], per_s=5000)
    self.assert_rate(sum(len(frame) for _, frame in got), 1_000_000)

  @on_a_busy_machine
  def test_each_host_has_its_own_rate(self):
    frames = [datagram(LISTED, INNER), datagram(UNLISTED, INNER)]
    with self.picketd(rate_class(packets_per_s=1000, burst_packets=200, per="host"), FILES):
      got = self.passed(frames, per_s=8000)
    for frame in frames:
      self.assert_rate(sum(item[1] == bytes(frame) for item in got), 1000)

  @on_a_busy_machine
  def test_hosts_of_one_ipv6_subnet_share_a_rate(self):
    frames = [datagram(LISTED6, INNER6), datagram("2001:db8:113::abcd", INNER6)]
    with self.picketd(rate_class(packets_per_s=1000, burst_packets=200), FILES):
      got = self.passed(frames, per_s=8000)
    self.assert_rate(len(got), 1000)
