# SPDX-License-Identifier: Apache-2.0
"""Real scanners in pk-outside and what they found: sets of (address, protocol, port), to compare with the truth."""
import subprocess
import time

import namespaces as ns
import topology as t
from rawsocket import RawSocket

TCP_PORTS = (22, 53, 80, 443, t.IPERF_PORT, 8080)  # 8080 is open nowhere
UDP_PORTS = (53,)
NMAP_HOSTS = range(8, 32)  # the live ones and two dark ones at either end
WITHIN_S = 120
POKE_EVERY_S = 0.5
POKE = bytes.fromhex("02000000aafd02000000aafe88b5") + bytes(46)  # IEEE 802 local experimental


def _poke():
  """masscan 1.3.2 blocks in its capture and ends only when it sees one more frame: here it is, for nobody."""
  with ns.inside(t.OUTSIDE):
    wire = RawSocket(t.UPLINK)
  wire.send(POKE)
  wire.close()


class Scan:
  """One run of a tool: its command, what it printed, and the open ports it reports."""

  def __init__(self, tool, command):
    self.tool, self.command = tool, [str(word) for word in command]
    self.process, self.output, self.found = None, "", set()

  def start(self):
    with ns.inside(t.OUTSIDE):
      self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
    return self

  def finish(self):
    until = time.monotonic() + WITHIN_S
    try:
      while not self._ended_within(POKE_EVERY_S):
        assert time.monotonic() < until, f"{' '.join(self.command)}: not done within {WITHIN_S} s"
        _poke()
    finally:
      self.process.kill()
    assert self.process.returncode == 0, f"{' '.join(self.command)}: exit {self.process.returncode}\n{self.output}"
    self.found = PARSERS[self.tool](self.output)
    return self

  def _ended_within(self, seconds):
    try:
      self.output, _ = self.process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
      return False
    return True

  def run(self):
    return self.start().finish()


def nmap(source, hosts=NMAP_HOSTS, tcp=TCP_PORTS, udp=UDP_PORTS, options=()):
  """SYN scan of TCP and, where asked for, probes of UDP, from a source that may be any address of pk-outside. No
  first ping: -Pn."""
  v6 = ":" in source
  ports = [f"T:{','.join(map(str, tcp))}"] + ([f"U:{','.join(map(str, udp))}"] if udp else [])
  return Scan("nmap", ["nmap", "-n", "-Pn", "-sS", *(["-sU"] if udp else []), *(["-6"] if v6 else []), "-T4",
                       "--initial-rtt-timeout", "100ms", "--max-rtt-timeout", "300ms", "--max-retries", 2,
                       "--min-hostgroup", 64, "-e", t.UPLINK, "-S", source, "-p", ",".join(ports), *options,
                       *((t.host6 if v6 else t.host)(number) for number in hosts)])


def masscan(source, ports=TCP_PORTS, rate=5000):
  """The whole protected /24; every probe twice, since a scanner without a stack does not notice a loss."""
  return Scan("masscan", ["masscan", "-e", t.UPLINK, "--source-ip", source, "--router-mac", t.INSIDE_MAC,
                          "-p", ",".join(map(str, ports)), t.PROTECTED, "--rate", rate, "--retries", 1,
                          "--wait", 2, "-oL", "-"])


def zmap(source, port, rate=1000):
  """The whole protected /24 on one port. The default blacklist skips documentation networks. One sender
  and one order: with others zmap 2.1.1 sometimes runs over the end of so few addresses (its issue 310)."""
  return Scan("zmap", ["zmap", "-q", "-T", 1, "-e", 1, "-i", t.UPLINK, "-G", t.INSIDE_MAC, "-b", "/dev/null",
                       "-S", source, "-p", port, "-r", rate, "-P", 2, "-c", 2, "--output-fields=saddr,sport",
                       "-o", "-", t.PROTECTED])


def _parse_nmap(output):
  address, found = "", set()
  for line in output.splitlines():
    words = line.split()
    if line.startswith("Nmap scan report for "):
      address = words[-1]
    elif len(words) > 1 and words[1] == "open":
      port, protocol = words[0].split("/")
      found.add((address, protocol, int(port)))
  return found


def _parse_masscan(output):
  lines = (line.split() for line in output.splitlines() if line.startswith("open "))
  return {(address, protocol, int(port)) for _, protocol, port, address, *_ in lines}


def _parse_zmap(output):
  pairs = (line.split(",") for line in output.splitlines() if line.startswith("198.51.100."))
  return {(address, "tcp", int(port)) for address, port in pairs}


PARSERS = {"nmap": _parse_nmap, "masscan": _parse_masscan, "zmap": _parse_zmap}


def truth(tcp=TCP_PORTS, udp=(), v6=False):
  """What a scan of these ports must find: all of the truth file that they cover."""
  found = set()
  for number in t.LIVE:
    address = (t.host6 if v6 else t.host)(number)
    found |= {(address, "tcp", port) for port in t.tcp_ports(number) if port in tcp}
    found |= {(address, "udp", port) for port in t.udp_ports(number) if port in udp}
  return found
