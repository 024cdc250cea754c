#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Shows picketd between real hosts and real scanners: a list names one scanner, another is not on it.

    demo.py --picketd PATH [--picket PATH] [--verbose] [--keep]      as root

Exit 0 only if the filtering really worked: every number is held against the lab's truth file.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import sys

import clients
import cpus
import harness
import lab
import namespaces as ns
import report
import scanners
import topology as t

FOLDER = t.ROOT / "build" / "demo"
LISTED, UNLISTED = t.outsider(66), t.outsider(67)
REQUESTS, QUIET_REQUESTS, QUIET_QUESTIONS = 500, 200, 1000
ZMAP_PORT = 80
DROPPED_LEAST = 1000
FILES = {"scanners.txt": f"# Seen scanning.\n{LISTED}\n{t.outsider6(66)}\n"}


def truth():
  """The open (address, protocol, port) of the lab's truth file, IPv4."""
  hosts = json.loads(lab.TRUTH_FILE.read_text())["hosts"]
  return {(address, protocol, port) for address, ports in hosts.items() if ":" not in address
          for protocol, numbers in ports.items() for port in numbers}


def scans_from(source):
  """The scans of one source, each with what a perfect one finds."""
  everything = truth()
  tcp = {item for item in everything if item[1] == "tcp"}
  return [("nmap, 24 hosts, TCP and DNS", scanners.nmap(source), everything),
          (f"masscan, 256 addresses, {len(scanners.TCP_PORTS)} ports", scanners.masscan(source), tcp),
          (f"zmap, 256 addresses, port {ZMAP_PORT}", scanners.zmap(source, ZMAP_PORT),
           {item for item in tcp if item[2] == ZMAP_PORT})]


def scan_all(source):
  return [(what, scan.run(), wanted) for what, scan, wanted in scans_from(source)]


def requests(count, questions):
  """What clients see: one after the other, so that their times are of one request each."""
  return [clients.Fetch(count).run(), clients.Fetch(count, "https", t.outsider6(10)).run(), clients.ask(questions)]


def busy():
  """Both scanners and the clients at once."""
  with concurrent.futures.ThreadPoolExecutor() as pool:
    jobs = [pool.submit(scan_all, LISTED), pool.submit(scan_all, UNLISTED), pool.submit(requests, REQUESTS, REQUESTS)]
    return [job.result() for job in jobs]


def quiet():
  return requests(QUIET_REQUESTS, QUIET_QUESTIONS)


@contextlib.contextmanager
def captured(namespace, name, what=""):
  """tcpdump on an uplink; yields the path of its capture, complete after the block."""
  path, log = FOLDER / f"{name}.pcap", FOLDER / f"{name}.log"
  path.unlink(missing_ok=True)
  with ns.inside(namespace), open(log, "wb") as errors:
    process = subprocess.Popen(["tcpdump", "-i", t.UPLINK, "-n", "-U", "-B", "65536", "-w", path, *what.split()],
                               stdin=subprocess.DEVNULL, stderr=errors)
  try:
    harness.wait_until(lambda: "listening on" in log.read_text(), "tcpdump")
    yield path
  finally:
    process.send_signal(signal.SIGINT)
    process.wait(10)


def packets_in(path):
  return len(ns.run(["tcpdump", "-n", "-r", str(path)]).splitlines())


def replay(picket, capture, config):
  """The same packets judged once more, from the capture of the outer wire."""
  output = ns.run([picket, "replay", str(capture), "--config", str(config), "-o", "json"])
  return json.loads(output)["reasons"].get("reputation_drop", 0)


def at_rest(picketd):
  """Statistics of a picketd that goes on running, at a moment when nothing is on its way."""
  return picketd.until(lambda link: link["ledger"]["in_flight"] == 0, "a moment of rest")


def say(text):
  print(f"\n== {text}", flush=True)


def check_scans(checks, listed, unlisted):
  for (what, scan, _), (_, other, wanted) in zip(listed, unlisted):
    tool = scan.tool
    checks.equal(f"{tool} from the listed {LISTED} finds nothing", len(scan.found), 0)
    checks.equal(f"{tool} from the unlisted {UNLISTED} misses nothing", len(wanted - other.found), 0)
    checks.equal(f"{tool} from the unlisted {UNLISTED} invents nothing", len(other.found - wanted), 0)
  report.scans([(what, len(scan.found), len(other.found), len(wanted))
                for (what, scan, _), (_, other, wanted) in zip(listed, unlisted)], LISTED, UNLISTED)


def check_counts(checks, link, inside, during):
  ledger, named = link["ledger"], link["reasons"].get("reputation_drop", 0)
  checks.equal("packets of the listed scanner that tcpdump saw inside", packets_in(inside), 0)
  checks.at_least("packets dropped because the list names their outside address", named, DROPPED_LEAST)
  checks.equal("packets dropped for any other reason", ledger["dropped"] - named, 0)
  checks.equal("requests of clients that failed", sum(len(seen.failures) for seen in during), 0)
  gone = sum(ledger[name] for name in ("transmitted", "dropped", "consumed", "lost"))
  checks.equal("packets received that are not forwarded, dropped or lost", ledger["received"] - gone, 0)


def show(options):
  """Runs it all; returns whether every check held."""
  say("the lab goes up; first the kernel's own bridge stands in the appliance's place, to know the wire")
  lab.up(bridge=True)
  without = quiet()
  lab.up()
  FOLDER.mkdir(parents=True, exist_ok=True)
  config = harness.config(harness.feed("scanners", category="scanner"))
  picketd = harness.Picketd(config, FILES, folder=FOLDER / "picketd")
  with contextlib.ExitStack() as stack:
    (picketd.__enter__ if options.keep else lambda: stack.enter_context(picketd))()
    say(f"picketd enforces a list that names {LISTED}; nmap, masscan and zmap scan from there and from {UNLISTED},\n"
        f"   while clients make {2 * REQUESTS} web requests and {REQUESTS} DNS queries")
    with captured(t.OUTSIDE, "outside") as outside, captured(t.INSIDE, "inside", f"host {LISTED}") as inside:
      listed, unlisted, during = busy()
    within = quiet()
    link = at_rest(picketd) if options.keep else picketd.stop()
  if options.verbose:
    report.raw(listed, unlisted, picketd.said())
  checks = report.Checks()
  report.packets(link)
  check_scans(checks, listed, unlisted)
  report.clients(during, without, within)
  check_counts(checks, link, inside, during)
  if options.picket:
    checks.equal("packets that `picket replay` drops of the outer wire's capture",
                 replay(options.picket, outside, picketd.folder / "picket.toml"),
                 link["reasons"].get("reputation_drop", 0))
  checks.show()
  if options.keep:
    report.kept(picketd.process.pid, FOLDER)
  return checks.held


def main():
  parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__.partition("\n")[0])
  parser.add_argument("--picketd", required=True, help=argparse.SUPPRESS)
  parser.add_argument("--picket", help=argparse.SUPPRESS)
  parser.add_argument("--verbose", action="store_true", help="show what the tools printed")
  parser.add_argument("--keep", action="store_true", help="leave the lab and picketd running")
  options = parser.parse_args()
  cpus.leave_one_to_the_worker()
  if os.geteuid() != 0:
    sys.exit("scripts/demo: makes network namespaces, so it must be root: sudo scripts/demo")
  harness.PICKETD = os.path.abspath(options.picketd)
  signal.signal(signal.SIGTERM, signal.default_int_handler)
  held = False
  try:
    held = show(options)
  except (ns.LabError, AssertionError) as error:
    print(f"scripts/demo: {error}", file=sys.stderr)
  except KeyboardInterrupt:
    print("interrupted", file=sys.stderr)
  finally:
    if not (held and options.keep):
      lab.down()
  print("\nfiltered right" if held else "\nNOT as it must be")
  return 0 if held else 1


if __name__ == "__main__":
  sys.exit(main())
