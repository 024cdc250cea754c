# SPDX-License-Identifier: Apache-2.0
"""Half of what the link can carry, for a while: nothing is lost, every buffer comes home."""
import os

import pairs
import programs
from devicetest import DeviceTest

SECONDS = 30 if programs.LONG else 5
RING_FRAMES = 1 << 14  # as long as the device can
TRIES = 3


class Soak(DeviceTest):
  def rate(self, pair, *more):
    return self.exchange(pair.peer, *more, "--mbufs", "65535", "--memory-mib", "512", command="rate",
                         seconds=SECONDS + 60)

  def test_memif_at_half_of_its_rate(self):
    """Where others use the machine, too, the peer itself may be kept from reading for longer than a ring lasts. What is
    lost then is no fault of the link: such a soak is done again."""
    os.setpriority(os.PRIO_PROCESS, 0, -10)
    self.addCleanup(os.setpriority, os.PRIO_PROCESS, 0, 0)
    pair = pairs.memif(self.folder, more="")
    pair = pairs.Pair(*[[end.replace("rsize=10", "rsize=14") for end in ends] for ends in (pair.picketd, pair.peer)])
    daemon = self.picketd(*pair.picketd)
    fast = self.rate(pair, "--seconds", "2")
    rate = int(min(way["received_mpps"] for way in fast["directions"].values()) * 1e6 / 2)
    self.assertGreater(rate, 10_000)
    for _ in range(TRIES):
      lost = daemon.stats()["ledger"]["lost"]
      slow = self.rate(pair, "--rate", rate, "--seconds", SECONDS)
      lost = daemon.stats()["ledger"]["lost"] - lost
      ways = slow["directions"].values()
      self.assertEqual(sum(way["lost"] for way in ways), lost, "lost and counted")
      if lost == 0 or slow["longest_gap_ns"] < RING_FRAMES / rate * 0.5e9:
        break
    for way in ways:
      self.assertEqual((way["lost"], way["altered"], way["duplicated"]), (0, 0, 0), f"{rate} packets/s each way: {slow}")
      self.assertGreater(way["received"], 0.5 * rate * SECONDS)
    self.assertEqual(slow["mbufs"]["free"], slow["mbufs"]["size"])
    daemon.stop()
