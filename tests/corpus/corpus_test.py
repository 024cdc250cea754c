#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays every capture of the corpus against real lists, imports every list, and compares with independent scripts.

    corpus_test.py --picket BINARY [--corpus DIR] [--every N] [--once]

For each capture: exit 0, counts equal to count_layers.py's, verdicts sum to the packets, the ledger balances, passed
and dropped packets are written out whole, and a second run gives byte-identical files. For each list of a
supported format: counts equal to count_feed.py's. Prints `N passed, N failed` last.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LISTS = ("firehol_level1.netset", "spamhaus_drop.netset", "et-compromised-ips-2024.txt", "ipsum-all.txt")
SMALL_LISTS = LISTS[:3]
OTHER_FORMATS = {".json"}
# Its lines are host names and address:port pairs, a format of its own.
SKIPPED_LISTS = {"INDEX.tsv", "maltrail-elf_mirai.txt"}


def run(command):
  return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


def reference(script, path):
  result = run([sys.executable, str(HERE / script), str(path)])
  if result.returncode != 0:
    raise AssertionError(f"{script} failed: {result.stderr.strip()}")
  return json.loads(result.stdout)


def check(condition, message):
  if not condition:
    raise AssertionError(message)


def replay(picket, capture, lists, out, name):
  command = [picket, "replay", str(capture), "-o", "json", "--write-verdicts", str(out / f"{name}.verdicts"),
             "--write-passed", str(out / f"{name}.passed"), "--write-dropped", str(out / f"{name}.dropped")]
  for path in lists:
    command += ["--feed", str(path)]
  result = run(command)
  check(result.returncode == 0, f"exit {result.returncode}: {result.stderr.strip()[-2000:]}")
  return json.loads(result.stdout)


def check_sums(report):
  verdicts = report["verdicts"]
  check(sum(verdicts.values()) == report["packets"], "verdicts do not sum to the packets")
  ledger = report["ledger"]
  left = ledger["transmitted"] + ledger["dropped"] + ledger["consumed"] + ledger["lost"]
  check(ledger["received"] + ledger["originated"] == left, f"the ledger does not balance: {ledger}")
  check(ledger["received"] == report["packets"], "the ledger lost packets")
  forwarded = verdicts["allow"] + verdicts["pass"] + verdicts["monitor"]
  check(ledger["transmitted"] == forwarded, "forwarding verdicts and transmitted packets differ")


def check_written(out, report):
  for kind, packets in (("passed", report["ledger"]["transmitted"]), ("dropped", report["ledger"]["dropped"])):
    written = reference("count_layers.py", out / f"first.{kind}")
    check(written["packets"] == packets, f"{kind}: {written['packets']} packets written, {packets} reported")


def test_capture(picket, capture, lists, once):
  with tempfile.TemporaryDirectory() as folder:
    out = pathlib.Path(folder)
    report = replay(picket, capture, lists, out, "first")
    expected = reference("count_layers.py", capture)
    for key in ("packets", "bytes"):
      check(report[key] == expected[key], f"{key}: {report[key]}, expected {expected[key]}")
    check(report["layers"] == expected["layers"], f"layers: {report['layers']}, expected {expected['layers']}")
    check_sums(report)
    check_written(out, report)
    if once:
      return
    replay(picket, capture, lists, out, "second")
    for kind in ("verdicts", "passed", "dropped"):
      same = (out / f"first.{kind}").read_bytes() == (out / f"second.{kind}").read_bytes()
      check(same, f"two replays gave different files of {kind}")


def test_list(picket, path, capture):
  result = run([picket, "replay", str(capture), "-o", "json", "--feed", str(path)])
  check(result.returncode == 0, f"exit {result.returncode}: {result.stderr.strip()[-2000:]}")
  feed = json.loads(result.stdout)["feeds"][0]
  expected = reference("count_feed.py", path)
  for key, value in expected.items():
    check(feed[key] == value, f"{key}: {feed[key]}, expected {value}")


def cases(picket, corpus, every, once):
  captures = sorted(p for p in (corpus / "pcaps").iterdir() if ".pcap" in p.name)
  lists = [corpus / "feeds" / name for name in (SMALL_LISTS if once else LISTS)]
  for capture in captures[::every]:
    yield capture.name, lambda c=capture: test_capture(picket, c, lists, once)
  for path in sorted((corpus / "feeds").iterdir()):
    if path.name not in SKIPPED_LISTS and path.suffix not in OTHER_FORMATS:
      yield path.name, lambda p=path: test_list(picket, p, captures[0])


def main():
  root = HERE.parent.parent
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument("--picket", required=True)
  parser.add_argument("--corpus", default=os.environ.get("PICKET_CORPUS", str(root.parent / "shared" / "data")))
  parser.add_argument("--every", type=int, default=1, help="only every Nth capture")
  parser.add_argument("--once", action="store_true", help="one run each with small lists, for slow builds")
  options = parser.parse_args()
  passed, failed = 0, 0
  for name, case in cases(options.picket, pathlib.Path(options.corpus), options.every, options.once):
    try:
      case()
      passed += 1
    except (AssertionError, subprocess.TimeoutExpired) as error:
      failed += 1
      print(f"{name}: {error}")
  print(f"{passed} passed, {failed} failed")
  return 1 if failed or not passed else 0


if __name__ == "__main__":
  sys.exit(main())
