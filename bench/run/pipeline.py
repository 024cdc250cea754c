# SPDX-License-Identifier: Apache-2.0
"""Stages of the pipeline alone, and a whole link on rings of one process beside a minimal one."""
import json
import re
import subprocess

import records

GOOGLE = (
    # record, program, which of its benchmarks, bound
    ("parse_ns", "parse_bench", "ParseFrames/frames:64/", ["value", "at most", 12]),
    ("lookup_ns", "lookup_bench", "LookUpHosts/hosts:1000000/lengths:1/hit_percent:0/", None),
    ("limiter_ns", "limiter_bench", "ChargeSenders/senders:1048576/", None),
)


def run(command, **options):
  return subprocess.run(command, check=True, capture_output=True, text=True, timeout=600, **options).stdout


def google(bench):
  """Each program takes subject and baseline in turn by itself; here it is run several times."""
  for name, program, which, must in GOOGLE:
    command = [bench.built(program), f"--benchmark_filter={which}", "--benchmark_format=json",
               f"--benchmark_min_time={0.05 if bench.quick else 0.3}"]
    trials = [json.loads(run(bench.pinned(command)))["benchmarks"][0] for _ in range(bench.trials)]
    yield records.record(name, "ns", [t["ns"] for t in trials], " ".join(command[:2]),
                         [t["baseline_ns"] for t in trials], must)


def testpmd_ns(bench):
  """dpdk-testpmd in macswap mode, from its own count of cycles; it has 512 packets and no changing addresses."""
  command = ["dpdk-testpmd", "-l", "0,1", "--no-pci", "--no-telemetry", *bench.eal_memory(), "--file-prefix=pkbench",
             "--force-max-simd-bitwidth=512", "--vdev=net_ring0", "--vdev=net_ring1", "--", "-i", "--nb-cores=1",
             "--burst=32", "--forward-mode=macswap", "--record-core-cycles", "--total-num-mbufs=8192"]
  with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                        text=True) as process:
    process.stdin.write("start tx_first 16\n")
    process.stdin.flush()
    try:
      process.wait(0.3 if bench.quick else 1)
    except subprocess.TimeoutExpired:
      pass
    output = process.communicate("stop\nquit\n", timeout=60)[0]
  found = re.search(r"CPU cycles/packet=([0-9.]+).*?at ([0-9.]+) MHz", output, re.S)
  if not found:
    raise RuntimeError("dpdk-testpmd says nothing of cycles:\n" + output[-2000:])
  return float(found.group(1)) * 1000 / float(found.group(2))


def rings(bench, entries, trials, only=()):
  """Trials of a whole link, by kind, with the command."""
  command = [bench.built("device_bench"), "rings", "--core", str(bench.core), "--trials", str(trials), "--seconds",
             "0.2" if bench.quick else "0.6", "--entries", str(entries), *(["--hugepages"] if bench.huge else []),
             *(part for kind in only for part in ("--only", kind))]
  result = json.loads(run(command))
  bench.check_build(result)
  return result["ns"], " ".join(command[1:])


def ratio(ns, slow, fast):
  return [a / b for a, b in zip(ns[slow], ns[fast])]


def links(bench):
  ns, command = rings(bench, 100_000, 2 * bench.trials)
  command = "device_bench " + command
  yield records.record("forward_ns", "ns", ns["forward"], command, ns["macswap"])
  yield records.record("forward_tax_100k_ns", "ns", [a - b for a, b in zip(ns["forward"], ns["macswap"])], command,
                       ns["macswap"])
  yield records.record("drop_listed_vs_forward_unlisted", "ratio", ratio(ns, "forward_sourced", "drop_sourced"), command)
  yield records.record("testpmd_macswap_ns", "ns", [testpmd_ns(bench) for _ in range(bench.trials)],
                       "dpdk-testpmd --forward-mode=macswap on net_ring", ns["macswap"])
  # Both find a listed host, so that only what happens to the packet differs. The difference is a few nanoseconds, so it
  # takes many trials; with few hosts, which caches hold, it shows more clearly.
  for name, entries, must in (("drop_vs_forward", 100_000, ["value", "at least", 1.0]),
                              ("drop_vs_forward_1k", 1_000, None)):
    ns, command = rings(bench, entries, 8 * bench.trials, ("pass_sourced", "drop_sourced"))
    yield records.record(name, "ratio", ratio(ns, "pass_sourced", "drop_sourced"), "device_bench " + command, must=must)


def records_of(bench):
  yield from google(bench)
  yield from links(bench)
