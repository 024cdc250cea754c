# SPDX-License-Identifier: Apache-2.0
"""Real clients in pk-outside: curl, dig, iperf3, and a resolver that asks one question after the other."""
import json
import socket
import statistics
import struct
import subprocess
import time

import namespaces as ns
import topology as t

WITHIN_S = 120


class Requests:
  """What a client noticed: how many requests, why some failed, and how long each took.

  units  seconds
  """

  def __init__(self, what, seconds, failures):
    self.what, self.seconds, self.failures = what, seconds, failures
    self.count = len(seconds) + len(failures)

  def median(self):
    return statistics.median(self.seconds) if self.seconds else float("nan")

  def p99(self):
    return sorted(self.seconds)[int(len(self.seconds) * 0.99)] if self.seconds else float("nan")


def spawn(command):
  with ns.inside(t.OUTSIDE):
    return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def run(command, within_s=WITHIN_S):
  """(exit status, standard output, standard error)."""
  process = spawn(command)
  try:
    output, errors = process.communicate(timeout=within_s)
  finally:
    process.kill()
  return process.returncode, output, errors


class Fetch:
  """`count` requests by one curl, each over a new connection, spread over the hosts that serve; TLS is verified."""

  def __init__(self, count, scheme="http", source=t.outsider(10), pages=10, timeout_s=10):
    hosts = t.hosts_with(80 if scheme == "http" else 443)
    urls = [f"{scheme}://{_bracketed(source, hosts[n % len(hosts)])}/page{n % pages + 1}.html" for n in range(count)]
    self.what, self.count = scheme.upper(), count
    self.list = t.STATE / f"urls-{scheme}-{source.replace(':', '_')}-{time.monotonic_ns()}"
    self.list.write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
    self.command = ["curl", "--silent", "--interface", source, "--header", "Connection: close", "--max-time", timeout_s,
                    "--cacert", t.STATE / "tls.crt", "--write-out", r"%{http_code} %{time_total} %{errormsg}\n",
                    "--config", self.list]
    self.process = None

  def start(self):
    self.process = spawn(self.command)
    return self

  def finish(self):
    try:
      output, errors = self.process.communicate(timeout=WITHIN_S)
    finally:
      self.process.kill()
      self.list.unlink()
    lines = [line.split(" ", 2) for line in output.splitlines()]
    failures = [" ".join(line) for line in lines if line[0] != "200"]
    failures += [f"not asked: {errors}"] * (self.count - len(lines))
    return Requests(self.what, [float(line[1]) for line in lines if line[0] == "200"], failures)

  def run(self):
    return self.start().finish()


def _bracketed(source, number):
  return f"[{t.host6(number)}]" if ":" in source else t.host(number)


def download(source=t.outsider(10), host=t.host(10), name="large.bin"):
  """Bytes of one file that came, and whether curl was content."""
  status, output, _ = run(["curl", "--silent", "--interface", source, "--max-time", 60, "--output", "/dev/null",
                           "--write-out", "%{size_download}", f"http://{f'[{host}]' if ':' in host else host}/{name}"])
  return status == 0, int(output or 0)


def dig(name, kind="A", server=t.host(10), source=t.outsider(11), options=()):
  """The answers as dig prints them with +short."""
  command = ["dig", "+short", "+tries=1", "+time=5", *options, "-b", source, f"@{server}", name, kind]
  status, output, errors = run(command)
  assert status == 0, f"dig {name}: exit {status}: {output}{errors}"
  return output.split()


def _question(serial, name):
  labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
  return struct.pack("!6H", serial, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1)


def ask(count, source=t.outsider(11), server=t.host(10), timeout_s=1.0):
  """Asks the DNS server `count` times over UDP, the next when the answer is there; the address in it is checked."""
  kind = socket.AF_INET6 if ":" in source else socket.AF_INET
  seconds, failures = [], []
  with ns.inside(t.OUTSIDE):
    asker = socket.socket(kind, socket.SOCK_DGRAM)
  with asker:
    asker.bind((source, 0))
    asker.connect((server, 53))
    asker.settimeout(timeout_s)
    for serial in range(count):
      number = t.LIVE[serial % len(t.LIVE)]
      started = time.perf_counter()
      try:
        asker.send(_question(serial & 0xFFFF, f"host{number}.{t.DNS_DOMAIN}"))
        answer = asker.recv(2048)
      except OSError as error:
        failures.append(str(error))
        continue
      elapsed = time.perf_counter() - started
      good = answer[:2] == struct.pack("!H", serial & 0xFFFF) and answer.endswith(socket.inet_aton(t.host(number)))
      (seconds if good else failures).append(elapsed if good else "wrong answer")
  return Requests("DNS", seconds, failures)


def iperf3(options=(), source=t.outsider(12), seconds=2):
  """iperf3's own JSON report; its `error` is an assertion failure."""
  server = (t.host6 if ":" in source else t.host)(t.IPERF_HOST)
  command = ["iperf3", "-c", server, "-p", t.IPERF_PORT, "-B", source, "-t", seconds, "-J", *options]
  status, output, errors = run(command)
  report = json.loads(output)
  assert status == 0 and "error" not in report, f"iperf3: exit {status}: {report.get('error')}{errors}"
  return report["end"]
