#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Raises the lab, runs its tests against a picketd, and removes the lab.

    run.py --picketd PATH [--long] [--list] [NAME...]      as root; NAME: part of a test's name, such as `Scanners`

The last line is `N passed, N failed`; exit status 1 when one failed.
"""
import argparse
import os
import pathlib
import signal
import sys

import cpus
import harness
import lab
import testrun

HERE = pathlib.Path(__file__).resolve().parent


def main():
  parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
  parser.add_argument("--picketd", help="the binary")
  parser.add_argument("--long", action="store_true", help="the heavy ones, too")
  parser.add_argument("--list", action="store_true", help="print the names of the tests")
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()
  cpus.leave_one_to_the_worker()
  tests = testrun.chosen(HERE, options.names, options.long)
  if options.list:
    print("\n".join(test.id() for test in tests))
    return 0
  if not options.picketd or not os.access(options.picketd, os.X_OK):
    parser.error("--picketd PATH must name the binary: ninja -C build/release control/picketd")
  if os.geteuid() != 0 or not tests:
    parser.error("no test has such a name" if not tests else "must be root: it makes network namespaces")
  harness.PICKETD = os.path.abspath(options.picketd)
  signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the lab is removed then, too
  lab.down()
  try:
    passed, failed = testrun.run(tests)
  finally:
    lab.down()
  print(f"\n{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
