#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays captures with two builds of picket and demands byte-identical results.

    same_verdicts.py --first BINARY --second BINARY [--corpus DIR]

The builds differ in their instruction set level: what is decided must not. Without the corpus a capture of random
frames is made on the spot. Prints `N passed, N failed` last.
"""
import argparse
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONFIG = """
[[rate_class]]
name = "slow"
bytes_per_s = 2000
burst_bytes = 70000
[[feed]]
name = "limited"
file = "limited.txt"
verdict = "limit"
rate_class = "slow"
[[feed]]
name = "dropped"
file = "dropped.txt"
scope = "tcp/80,443"
[node]
mode = "enforce"
"""


def make_capture(path, packets=20000, seed=7):
  rng = random.Random(seed)
  with open(path, "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for i in range(packets):
      source, target = rng.getrandbits(32), rng.getrandbits(32)
      tcp = struct.pack(">HHIIBBHHH", rng.getrandbits(16), rng.choice((22, 80, 443)), 0, 0, 0x50, 2, 1024, 0, 0)
      fragment = rng.choice((0, 0, 0, 0x2000, 3))
      head = struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(tcp), rng.getrandbits(8), fragment, 64, 6, 0, source, target)
      frame = bytes(12) + b"\x08\x00" + head + tcp
      frame = frame[:rng.choice((len(frame), len(frame), rng.randrange(len(frame))))]
      out.write(struct.pack("<IIII", i // 1000, i % 1000 * 1000, len(frame), len(frame)) + frame)


def make_config(folder):
  (folder / "picket.toml").write_text(CONFIG)
  (folder / "limited.txt").write_text("0.0.0.0/1\n::/1\n")
  (folder / "dropped.txt").write_text("128.0.0.0/2\n2000::/4\n")
  return folder / "picket.toml"


def judge(picket, capture, config, folder, name):
  verdicts = folder / name
  command = [picket, "replay", str(capture), "--config", str(config), "-o", "json", "--write-verdicts", str(verdicts)]
  result = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
  if result.returncode != 0:
    raise AssertionError(f"{picket}: exit {result.returncode}: {result.stderr.strip()}")
  report = json.loads(result.stdout)
  del report["elapsed_ns"]
  return report, verdicts.read_bytes()


def main():
  default = os.environ.get("PICKET_CORPUS", str(HERE.parent.parent.parent / "shared" / "data"))
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument("--first", required=True)
  parser.add_argument("--second", required=True)
  parser.add_argument("--corpus", default=default)
  options = parser.parse_args()
  passed, failed = 0, 0
  with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    config = make_config(folder)
    make_capture(folder / "random.pcap")
    pcaps = pathlib.Path(options.corpus) / "pcaps"
    captures = [folder / "random.pcap"] + sorted(p for p in pcaps.glob("*") if ".pcap" in p.name)
    for capture in captures:
      first = judge(options.first, capture, config, folder, "first")
      same = first == judge(options.second, capture, config, folder, "second")
      passed, failed = passed + same, failed + (not same)
      if not same:
        print(f"{capture.name}: the two builds judge differently")
  print(f"{passed} passed, {failed} failed")
  return 1 if failed or not passed else 0


if __name__ == "__main__":
  sys.exit(main())
