# SPDX-License-Identifier: Apache-2.0
"""Finds tests by name and runs them with a line for each."""
import time
import traceback
import unittest


def tests_of(suite):
  for item in suite:
    if isinstance(item, unittest.TestSuite):
      yield from tests_of(item)
    else:
      yield item


def is_long(test):
  return getattr(getattr(test, test.id().rpartition(".")[2], None), "long_only", False)


def chosen(folder, names, long):
  """Tests of these names in the folder's test_*.py, and files that cannot be loaded, which fail when they are run."""
  found = tests_of(unittest.TestLoader().discover(str(folder), "test_*.py"))
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

  def addSkip(self, test, reason):
    print(f"skipped: {reason} ... ", end="", flush=True)

  def addSubTest(self, test, subtest, err):
    if err is not None:
      self._fail(test, err)


def run(tests):
  """Runs the tests; returns how many passed and failed."""
  result = Result()
  unittest.TestSuite(tests).run(result)
  return result.passed, len(result.failed)
