# SPDX-License-Identifier: Apache-2.0
"""Half of what the link can carry, for a while: nothing is lost, every buffer comes home."""
import os

import pairs
import programs
from devicetest import DeviceTest

SECONDS = 30 if programs.LONG else 5


class Soak(DeviceTest):
  def test_memif_at_half_of_its_rate(self):
    os.setpriority(os.PRIO_PROCESS, 0, -10)  # what else runs here shall not decide
    self.addCleanup(os.setpriority, os.PRIO_PROCESS, 0, 0)
    # A ring as long as the device can: 16,384 frames are 16 ms at a million a second.
    pair = pairs.memif(self.folder, more="")
    pair = pairs.Pair(*[[end.replace("rsize=10", "rsize=14") for end in ends] for ends in (pair.picketd, pair.peer)])
    daemon = self.picketd(*pair.picketd)
    fast = self.exchange(pair.peer, "--seconds", "2", "--mbufs", "65535", "--memory-mib", "512", command="rate")
    rate = int(min(way["received_mpps"] for way in fast["directions"].values()) * 1e6 / 2)
    lost = daemon.stats()["ledger"]["lost"]
    slow = self.exchange(pair.peer, "--rate", rate, "--seconds", SECONDS, "--mbufs", "65535", "--memory-mib", "512",
                         command="rate", seconds=SECONDS + 60)
    link = daemon.stop()
    self.assertGreater(rate, 10_000)
    for way in slow["directions"].values():
      self.assertEqual((way["lost"], way["altered"], way["duplicated"]), (0, 0, 0), f"{rate} packets/s each way: {slow}")
      self.assertGreater(way["received"], 0.9 * rate * SECONDS)
    self.assertEqual(link["ledger"]["lost"], lost)
    self.assertEqual(slow["mbufs"]["free"], slow["mbufs"]["size"])
