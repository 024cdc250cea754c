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
import time
import traceback
import unittest

import cpus
import harness
import lab

HERE = pathlib.Path(__file__).resolve().parent


def tests_of(suite):
  for item in suite:
    if isinstance(item, unittest.TestSuite):
      yield from tests_of(item)
    else:
      yield item


def is_long(test):
  return getattr(getattr(test, test.id().rpartition(".")[2], None), "long_only", False)


def chosen(names, long):
  """Tests of these names, and files that cannot be loaded, which fail when they are run."""
  found = tests_of(unittest.TestLoader().discover(str(HERE), "test_*.py"))
  return [test for test in found
          if (long or not is_long(test)) and (not names or any(name in test.id() for name in (*names, "_FailedTest")))]


class Result(unittest.TestResult):
  """A line for each test, the trace of each failure."""

  def __init__(self):
    super().__init__()
    self.failed, self.passed, self.started = set(), 0, 0.0

  def startTest(self, test):
    super().startTest(test)
    self.started = time.monotonic()
    print(f"{test.id()} ... ", end="", flush=True)

  def stopTest(self, test):
    super().stopTest(test)
    self.passed += test.id() not in self.failed
    print(f"{'FAILED' if test.id() in self.failed else 'ok'}  {time.monotonic() - self.started:.1f} s", flush=True)

  def _fail(self, test, error):
    self.failed.add(test.id())
    print("\n" + "".join(traceback.format_exception(*error)), flush=True)

  def addFailure(self, test, err):
    self._fail(test, err)

  def addError(self, test, err):
    self._fail(test, err)

  def addSubTest(self, test, subtest, err):
    if err is not None:
      self._fail(test, err)


def main():
  parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
  parser.add_argument("--picketd", help="the binary")
  parser.add_argument("--long", action="store_true", help="the heavy ones, too")
  parser.add_argument("--list", action="store_true", help="print the names of the tests")
  parser.add_argument("names", nargs="*")
  options = parser.parse_args()
  cpus.leave_one_to_the_worker()
  tests = chosen(options.names, options.long)
  if options.list:
    print("\n".join(test.id() for test in tests))
    return 0
  if not options.picketd or not os.access(options.picketd, os.X_OK):
    parser.error("--picketd PATH must name the binary: ninja -C build/release control/picketd")
  if os.geteuid() != 0 or not tests:
    parser.error("no test has such a name" if not tests else "must be root: it makes network namespaces")
  harness.PICKETD = os.path.abspath(options.picketd)
  result = Result()
  signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the lab is removed then, too
  lab.down()
  try:
    unittest.TestSuite(tests).run(result)
  finally:
    lab.down()
  print(f"\n{result.passed} passed, {len(result.failed)} failed")
  return 1 if result.failed else 0


if __name__ == "__main__":
  sys.exit(main())
