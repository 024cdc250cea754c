# SPDX-License-Identifier: Apache-2.0
"""picketd and its traffic peer as processes of a test: started, waited for, asked, always ended."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

PICKETD, PEER = "", ""  # the binaries; set by run.py
LONG = "--long" in sys.argv
STARTS_WITHIN_S, STOPS_WITHIN_S = 20, 20
WORKER_CORE, PEER_CORE = (1, 0) if (os.cpu_count() or 1) > 1 else (0, 0)


def until(condition, what, seconds=10.0):
  """Waits for the condition to give something true, and returns that."""
  deadline = time.monotonic() + seconds
  while True:
    value = condition()
    if value:
      return value
    if time.monotonic() > deadline:
      raise AssertionError(f"not within {seconds} s: {what}")
    time.sleep(0.005)


def config(outside, inside, node="", **link):
  """A config of one link. Values are Python's; they look alike in TOML but for the booleans."""
  keys = {"name": "wan0", "mode": "enforce", "outside": outside, "inside": inside, **link}
  lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
  return f"[node]\nworker_cores = [{WORKER_CORE}]\n{node}\n[[link]]\n" + "\n".join(lines) + "\n"


class Process:
  """A program with its output in files of the folder."""

  def __init__(self, folder, name, arguments, namespace=None, **options):
    self.folder, self.name = pathlib.Path(folder), name
    arguments = [str(a) for a in arguments]
    if namespace:
      arguments = ["ip", "netns", "exec", namespace, *arguments]
    with open(self.folder / f"{name}.out", "wb") as out, open(self.folder / f"{name}.err", "wb") as err:
      self.process = subprocess.Popen(arguments, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                      **options)

  @property
  def output(self):
    return (self.folder / f"{self.name}.out").read_text(errors="replace")

  @property
  def errors(self):
    return (self.folder / f"{self.name}.err").read_text(errors="replace")

  def wait(self, seconds):
    try:
      return self.process.wait(seconds)
    except subprocess.TimeoutExpired as late:
      self.kill()
      raise AssertionError(f"{self.name} does not end within {seconds} s\n{self.output}{self.errors}") from late

  def kill(self):
    if self.process.poll() is None:
      self.process.kill()
      self.process.wait()

  def __enter__(self):
    return self

  def __exit__(self, *_):
    self.kill()


class Picketd(Process):
  """picketd on one link, forwarding once the constructor returns."""

  def __init__(self, folder, text, *arguments, namespace=None, huge=False, ready=True, **options):
    (pathlib.Path(folder) / "picket.toml").write_text(text)
    self.stats_file = pathlib.Path(folder) / "stats.json"
    self.stats_file.unlink(missing_ok=True)
    super().__init__(folder, "picketd", [PICKETD, "--config", "picket.toml", "--stats", "stats.json",
                                         *([] if huge else ["--no-huge"]), *arguments], namespace, **options)
    if ready:
      try:
        until(lambda: "picketd: ready:" in self.output or self.process.poll() is not None, "ready", STARTS_WITHIN_S)
        assert self.process.poll() is None, f"picketd ended with {self.process.returncode}\n{self.output}{self.errors}"
      except BaseException:
        self.kill()
        raise

  def everything(self):
    return json.loads(self.stats_file.read_text())

  def _read(self):
    return self.everything()["links"][0] if self.stats_file.exists() else None

  def _rewritten(self, before):
    assert self.process.poll() is None, f"picketd died: {self.process.returncode}\n{self.output}{self.errors}"
    return self.stats_file.exists() and self.stats_file.stat().st_ino != before

  def stats(self):
    """The link's figures of now."""
    before = self.stats_file.stat().st_ino if self.stats_file.exists() else None
    self.process.send_signal(signal.SIGUSR1)
    until(lambda: self._rewritten(before), "new stats")
    return self._read()

  def stop(self, kept=0):
    """Ends it, and returns its last figures, which have to be exact. `kept`: buffers that a device does not give back."""
    self.process.terminate()
    code = self.wait(STOPS_WITHIN_S)
    assert code == 0, f"picketd: exit {code}\n{self.output}{self.errors}"
    assert ": exact" in self.output, self.output
    assert not self.everything()["running"]
    last = self._read()
    check_ledger(last, kept)
    return last


def check_ledger(link, kept=0):
  """Every packet is accounted for, no buffer has leaked, and the ports agree with the link."""
  l = link["ledger"]
  assert l["received"] + l["originated"] == l["transmitted"] + l["dropped"] + l["consumed"] + l["lost"], l
  for name in ("received", "transmitted"):
    assert l[name] == sum(port[name] for port in link["ports"].values()), (name, link)
  assert sum(link["verdicts"].values()) == link["packets"], link
  assert link["mbufs"]["free"] + kept >= link["mbufs"]["size"], f"buffers leaked: {link['mbufs']}, {kept} may stay away"


class Peer(Process):
  """picket-traffic at the other ends of the link. `devices`: outside, inside."""
  count = 0

  def __init__(self, folder, command, devices, *arguments, namespace=None):
    Peer.count += 1
    ends = [part for device in devices for part in ("--device", device)]
    super().__init__(folder, f"peer{Peer.count}", [PEER, command, *ends, "--core", PEER_CORE, *arguments], namespace)

  def ready(self):
    until(lambda: "ready" in self.errors or self.process.poll() is not None, "the peer's devices")
    return self

  def result(self, seconds=60):
    self.wait(seconds)
    lines = self.output.splitlines()
    assert lines, f"the peer says nothing: exit {self.process.returncode}\n{self.errors}"
    return json.loads(lines[-1])


def exchange(folder, devices, *arguments, command="exchange", namespace=None, seconds=60):
  """Runs the peer to its end; returns its figures."""
  with Peer(folder, command, devices, *arguments, namespace=namespace) as peer:
    return peer.result(seconds)


def refused_start(folder, text, *arguments, code=1, **options):
  """picketd must not start; returns what it says on stderr."""
  with Picketd(folder, text, *arguments, ready=False, **options) as daemon:
    got = daemon.wait(STARTS_WITHIN_S)
    assert got == code, f"exit {got}, not {code}\n{daemon.output}{daemon.errors}"
    return daemon.errors
