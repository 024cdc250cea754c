# SPDX-License-Identifier: Apache-2.0
"""The demo's tables, and its list of what must hold."""


class Checks:
  """What must hold, each with what was seen."""

  def __init__(self):
    self.lines, self.held = [], True

  def _add(self, what, got, wanted, holds):
    self.held &= holds
    self.lines.append(f"  {'ok   ' if holds else 'WRONG'}  {what}: {got:,}" + ("" if holds else f", must be {wanted}"))

  def equal(self, what, got, wanted):
    self._add(what, got, f"{wanted:,}", got == wanted)

  def at_least(self, what, got, wanted):
    self._add(what, got, f"at least {wanted:,}", got >= wanted)

  def show(self):
    print("\nchecked", *self.lines, sep="\n")


def packets(link):
  ledger = link["ledger"]
  print(f"\npackets\n  received {ledger['received']:,} = forwarded {ledger['transmitted']:,}"
        f" + dropped {ledger['dropped']:,} + lost {ledger['lost']:,}")
  print("  verdicts: " + ", ".join(f"{name} {count:,}" for name, count in link["verdicts"].items() if count))
  print("  reasons:  " + ", ".join(f"{name} {count:,}" for name, count in link["reasons"].items() if count))


def scans(rows, listed, unlisted):
  """Rows of (what, found by the listed, found by the unlisted, truth)."""
  print(f"\nopen ports found   {'':24}listed {listed}   unlisted {unlisted}   truth")
  for what, one, other, true in rows:
    print(f"  {what:40} {one:19,} {other:23,} {true:7,}")


def clients(during, without, within):
  """Lists of clients.Requests: while scanners ran; in quiet through the kernel's bridge; in quiet through picketd."""
  print(f"\nclients, while scanners ran   {'requests':>9} {'failed':>7} {'median ms':>10} {'99 % within ms':>15}")
  for seen in during:
    milliseconds = f"{seen.median() * 1000:10.3f} {seen.p99() * 1000:15.3f}"
    print(f"  {seen.what:27} {seen.count:9,} {len(seen.failures):7,} {milliseconds}")
    for failure in seen.failures[:3]:
      print(f"    {failure}")
  print(f"\nlatency in quiet, median ms   {'kernel bridge':>14} {'picketd':>9} {'added':>9}")
  for bridge, picketd in zip(without, within):
    added = picketd.median() - bridge.median()
    print(f"  {bridge.what:27} {bridge.median() * 1000:14.3f} {picketd.median() * 1000:9.3f} {added * 1000:+9.3f}")
  print("  one whole request each (HTTP and HTTPS with a new connection); the same wires with Linux's own bridge\n"
        "  in picketd's place, then with picketd; clients and servers keep off the worker's CPU both times")


def raw(listed, unlisted, said):
  for what, scan, _ in [*listed, *unlisted]:
    print(f"\n--- {what}: {' '.join(scan.command)}\n{scan.output.strip()}")
  print(f"\n--- picketd\n{said.strip()}")


def kept(pid, folder):
  print(f"""
left running: picketd is process {pid}, its files are in {folder}/picketd
  kill -USR1 {pid}; cat {folder}/picketd/stats.json       its statistics now
  ip netns exec pk-outside nmap -n -Pn -e uplink -S 203.0.113.66 198.51.100.10
  scripts/lab status; scripts/lab down                     what is there; end all of it""")
