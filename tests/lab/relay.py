#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Carries every frame between two devices, each way with delay and loss: what netem would do.

    relay.py DEVICE DEVICE [--delay-ms N] [--loss PERCENT] [--seed N]
"""
import argparse
import collections
import random
import select
import time

from rawsocket import RawSocket

BURST = 64
QUEUE_FRAMES_MAX = 20_000


class Relay:
  """Frames leave in the order they came: the delay is the same for all."""

  def __init__(self, devices, delay_s, loss, seed):
    self.sockets = [RawSocket(device) for device in devices]
    self.other = {self.sockets[0]: self.sockets[1], self.sockets[1]: self.sockets[0]}
    self.delay_s, self.loss, self.random = delay_s, loss, random.Random(seed)
    self.queue = collections.deque()

  def take(self, source):
    for _ in range(BURST):
      received = source.receive()
      if received is None:
        return
      if self.random.random() >= self.loss and len(self.queue) < QUEUE_FRAMES_MAX:
        self.queue.append((time.monotonic() + self.delay_s, self.other[source], received[1]))

  def deliver(self):
    """Sends what is due; returns the seconds until the next, None when nothing waits."""
    while self.queue:
      wait = self.queue[0][0] - time.monotonic()
      if wait > 0:
        return wait
      _, target, frame = self.queue.popleft()
      target.send(frame)
    return None

  def run(self):
    while True:
      ready, _, _ = select.select(self.sockets, [], [], self.deliver())
      for source in ready:
        self.take(source)


def main():
  parser = argparse.ArgumentParser(description=__doc__)
  parser.add_argument("devices", nargs=2)
  parser.add_argument("--delay-ms", type=float, default=0)
  parser.add_argument("--loss", type=float, default=0, help="percent of the frames of each direction")
  parser.add_argument("--seed", type=int, default=1)
  options = parser.parse_args()
  Relay(options.devices, options.delay_ms / 1000, options.loss / 100, options.seed).run()


if __name__ == "__main__":
  main()
