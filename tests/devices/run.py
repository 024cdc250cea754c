#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs packets through picketd over every kind of device that needs no hardware, and things that go wrong on them.

    run.py --picketd PATH --peer PATH [--long] [--list] [NAME...]     as root; NAME: part of a test's name, such as Memif

PATH: build/*/control/picketd and build/*/bench/traffic_peer/picket-traffic (-Dbench=true). --long: a soak of 30 seconds.
The last line is `N passed, N failed`; exit status 1 when one failed.
"""
import argparse
import os
import pathlib
import signal
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "lab"))  # namespaces and packet sockets

import testrun  # noqa: E402  pylint: disable=wrong-import-position
import programs  # noqa: E402  pylint: disable=wrong-import-position
import wires  # noqa: E402  pylint: disable=wrong-import-position


def main():
  parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
  parser.add_argument("--picketd", help="the binary")
  parser.add_argument("--peer", help="picket-traffic")
  parser.add_argument("--long", action="store_true", help="a longer soak")
  parser.add_argument("--list", action="store_true", help="print the names of the tests")
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()
  tests = testrun.chosen(HERE, options.names, options.long)
  if options.list:
    print("\n".join(test.id() for test in tests))
    return 0
  for path in (options.picketd, options.peer):
    if not path or not os.access(path, os.X_OK):
      parser.error("--picketd and --peer must name binaries: ninja control/picketd bench/traffic_peer/picket-traffic")
  if os.geteuid() != 0 or not tests:
    parser.error("no test has such a name" if not tests else "must be root: it makes network namespaces")
  programs.PICKETD, programs.PEER = os.path.abspath(options.picketd), os.path.abspath(options.peer)
  signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that namespaces are removed then, too
  wires.remove_all()
  try:
    passed, failed = testrun.run(tests)
  finally:
    wires.remove_all()
  print(f"\n{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
