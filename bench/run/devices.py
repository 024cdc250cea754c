# SPDX-License-Identifier: Apache-2.0
"""picketd as a process of its own between devices that another process feeds, beside the baseline in its place."""
import contextlib
import pathlib
import tempfile
import time

import pairs
import programs
import records


@contextlib.contextmanager
def forwarder(bench, folder, devices, ours):
  """picketd, or the baseline, on these two devices."""
  if ours:
    with programs.Picketd(folder, programs.config(*devices), huge=bench.huge) as daemon:
      yield daemon
      daemon.process.terminate()
      daemon.wait(programs.STOPS_WITHIN_S)
      bench.check_build(daemon.everything())
    return
  command = [bench.built("device_bench"), "macswap", "--device", devices[0], "--device", devices[1], "--core", bench.core,
             "--memory-mib", "128", *(["--hugepages"] if bench.huge else [])]
  with programs.Process(folder, "macswap", command) as process:
    programs.until(lambda: "ready" in process.output or process.process.poll() is not None, "the baseline", 20)
    yield process
    process.process.terminate()
    process.wait(programs.STOPS_WITHIN_S)


def mpps(bench, make_pair, ours):
  """Packets a second that come back when 64-byte frames are sent as fast as they go, one way."""
  with tempfile.TemporaryDirectory(prefix="pkbench-") as folder:
    pair = make_pair(folder)
    with forwarder(bench, folder, pair.picketd, ours):
      # Frames that macswap has altered count as well: only the rate is asked for.
      result = programs.exchange(folder, pair.peer, "--flow", "in", "--seconds", 0.5 if bench.quick else 3, "--frame", 64,
                                 *(["--hugepages"] if bench.huge else []), command="rate")
  way = result["directions"]["in"]
  return (way["received"] + way["altered"]) / (way["sent"] or 1) * way["sent_mpps"]


def rates(bench):
  for name, make_pair in (("forward_memif_mpps", lambda folder: pairs.memif(folder, "")), ("forward_vhost_mpps", pairs.vhost)):
    ours, baseline = [], []
    for _ in range(bench.trials):
      ours.append(mpps(bench, make_pair, True))
      baseline.append(mpps(bench, make_pair, False))
    yield records.record(name, "Mpps", ours, "picket-traffic rate --flow in --frame 64 against picketd", baseline)


def start_to_first(bench):
  """Seconds from the start of picketd to the first frame that has gone through it. The peer sends all the time."""
  with tempfile.TemporaryDirectory(prefix="pkbench-") as folder:
    pair = pairs.memif(folder, "")
    ends = [[d.replace("role=client", "role=server") for d in pair.peer],
            [d.replace("role=server", "role=client") for d in pair.picketd]]
    more = ["--rate", "10000", "--seconds", "30", "--expect", "100", "--flow", "in", "--link-wait-s", "20"]
    with programs.Peer(folder, "rate", ends[0], *more).ready() as peer:
      time.sleep(0.2)  # it waits for the link, without traffic
      begin = time.monotonic_ns()
      with programs.Picketd(folder, programs.config(*ends[1]), huge=bench.huge, ready=False):
        first = peer.result()["directions"]["in"]["first_received_ns"]
  return (first - begin) / 1e9


def records_of(bench):
  programs.PICKETD, programs.PEER = bench.built("picketd"), bench.built("picket-traffic")
  pathlib.Path(programs.PICKETD).stat()
  yield from rates(bench)
  yield records.record("start_to_first_forward_s", "s", [start_to_first(bench) for _ in range(bench.trials)],
                       "picketd on net_memif" + ("" if bench.huge else " --no-huge"), must=["value", "at most", 2])
