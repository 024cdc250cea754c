# SPDX-License-Identifier: Apache-2.0
"""Runs picketd in the lab's box and reads what it says of itself."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import cpus
import lab
import namespaces as ns
import processes
import topology as t

PICKETD = ""  # path of the binary; set by whoever runs the tests
RUN = t.STATE / "run"
READY_WITHIN_S = 30
STOPPED_WITHIN_S = 20
RING = "framecnt=4096"  # room for what comes while a shared CPU does something else


def wait_until(condition, what, within_s=5.0):
  """Polls; returns the first true value of `condition`, fails with `what` after the deadline."""
  until = time.monotonic() + within_s
  while True:
    value = condition()
    if value:
      return value
    assert time.monotonic() < until, f"not within {within_s} s: {what() if callable(what) else what}"
    time.sleep(0.01)


def config(tables="", mode="enforce", link="", node="", queues=1, driver="net_af_packet", ring=RING):
  """The text of a configuration for the lab; `tables`, `link` and `node` are lines of TOML to put in."""
  arguments = [ring] if driver == "net_af_packet" else []
  more = "".join(f",{word}" for word in (arguments + [f"qpairs={queues}"] if queues > 1 else arguments))
  return f"""[node]
name = "lab"
mode = "{mode}"
{node}
[[link]]
name = "wan0"
outside = "{driver}0,iface={t.BOX_OUTSIDE}{more}"
inside = "{driver}1,iface={t.BOX_INSIDE}{more}"
protected = ["{t.PROTECTED}", "{t.PROTECTED6}"]
never_block = ["{t.LINK}", "{t.LINK6}"]
{link}
{tables}
"""


def feed(name, file="", verdict="drop", **keys):
  """A [[feed]] table; `file` defaults to NAME.txt."""
  lines = [f'{key} = "{value}"' for key, value in {"verdict": verdict, **keys}.items()]
  return f'[[feed]]\nname = "{name}"\nfile = "{file or name + ".txt"}"\n' + "\n".join(lines) + "\n"


class Picketd:
  """One run of picketd in pk-box, ended when the block ends: `with Picketd(text, {"bad.txt": "..."}) as p:`.

  files      {name: text} beside the configuration
  arguments  more of picketd's own
  """

  def __init__(self, text, files=None, arguments=(), folder=RUN):
    self.folder = pathlib.Path(folder)
    shutil.rmtree(self.folder, ignore_errors=True)
    self.folder.mkdir(parents=True)
    for name, content in {"picket.toml": text, **(files or {})}.items():
      (self.folder / name).write_text(content)
    self.stats_file = self.folder / "stats.json"
    self.command = cpus.on_all([PICKETD, "--config", str(self.folder / "picket.toml"), "--no-huge", "--stats",
                                str(self.stats_file), "--stats-interval-ms", "200", *arguments])
    self.process = None
    self.final = None

  def __enter__(self):
    with open(self.folder / "stdout", "wb") as out, open(self.folder / "stderr", "wb") as err, ns.inside(t.BOX):
      self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                      start_new_session=True)
    lab.remember(processes.record("picketd", self.process.pid, self.folder / "stderr"))
    try:
      wait_until(lambda: "picketd: ready" in self.said() or self.process.poll() is not None,
                 lambda: f"ready line of picketd\n{self.said()}", READY_WITHIN_S)
      assert self.process.poll() is None, f"picketd ended with {self.process.returncode}\n{self.said()}"
    except BaseException:
      self._kill()
      raise
    return self

  def __exit__(self, kind, *_):
    try:
      if self.final is None and kind is None:
        self.stop()
    finally:
      self._kill()

  def _kill(self):
    if self.process.poll() is None:
      self.process.kill()
    self.process.wait()

  def said(self):
    return "".join((self.folder / name).read_text(errors="replace") for name in ("stdout", "stderr"))

  def _file(self):
    try:
      return os.stat(self.stats_file).st_ino
    except FileNotFoundError:
      return None

  def stats(self):
    """Asks for statistics and reads them."""
    before = self._file()
    self.process.send_signal(signal.SIGUSR1)
    wait_until(lambda: self._file() not in (None, before) or self.process.poll() is not None,
               "statistics after SIGUSR1")
    assert self.process.poll() is None, f"picketd ended with {self.process.returncode}\n{self.said()}"
    return json.loads(self.stats_file.read_text())

  def link(self):
    return self.stats()["links"][0]

  def until(self, condition, what, within_s=5.0):
    """Asks until `condition(link)` holds; returns that link's statistics."""
    last = {}

    def holds():
      last.update(link=self.link())
      return condition(last["link"])

    wait_until(holds, lambda: f"{what}; last: {json.dumps(last.get('link'))}", within_s)
    return last["link"]

  def stop(self):
    """Ends it as an operator would; returns the link's final statistics, whose sums are checked."""
    self.process.send_signal(signal.SIGTERM)
    try:
      status = self.process.wait(STOPPED_WITHIN_S)
    except subprocess.TimeoutExpired:
      raise AssertionError(f"picketd does not end within {STOPPED_WITHIN_S} s of SIGTERM\n{self.said()}") from None
    assert status == 0, f"picketd ended with {status}\n{self.said()}"
    stats = json.loads(self.stats_file.read_text())
    assert stats["schema"] == 1 and stats["running"] is False and stats["pid"] == self.process.pid, stats
    self.final = stats["links"][0]
    check_sums(self.final)
    return self.final


def check_sums(link):
  """Every packet is somewhere: the ledger balances exactly, in itself and with ports and verdicts."""
  ledger, ports = link["ledger"], link["ports"]
  gone = sum(ledger[name] for name in ("transmitted", "dropped", "consumed", "lost"))
  assert ledger["received"] + ledger["originated"] == gone, ledger
  assert ledger.get("in_flight", 0) == 0, ledger
  for name in ("received", "transmitted"):
    assert ledger[name] == sum(port[name] for port in ports.values()), (name, ledger, ports)
  assert sum(link["verdicts"].values()) == link["packets"] == sum(link["reasons"].values()), link
  assert sum(worker["packets"] for worker in link["workers"]) == link["packets"], link["workers"]
  if ports["outside"]["driver"] != "net_af_xdp":  # which keeps what it gave the kernel to receive into
    assert link["mbufs"]["free"] == link["mbufs"]["size"], link["mbufs"]
