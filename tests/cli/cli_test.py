#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the picket command as people and programs do: every verb, good and bad.

    cli_test.py --picket BINARY

Prints `N passed, N failed` last.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

import frames as f

OUTSIDE, LISTED, INSIDE = "203.0.113.5", "192.0.2.66", "198.51.100.10"
PICKET = ""


class Folder:
  """A folder of its own for one test, and the picket command run in it."""

  def __init__(self, path):
    self.path = pathlib.Path(path)

  def file(self, name, text):
    (self.path / name).write_text(text)
    return name

  def pcap(self, frames, name="in.pcap", **options):
    f.pcap(self.path / name, frames, **options)
    return name

  def run(self, *arguments, exit_code=0, stdin=""):
    result = subprocess.run([PICKET, *arguments], cwd=self.path, input=stdin, capture_output=True, text=True,
                            timeout=120, check=False)
    assert result.returncode == exit_code, (
        f"picket {' '.join(arguments)}: exit {result.returncode}, expected {exit_code}\n{result.stdout}{result.stderr}")
    return result

  def json(self, *arguments, **options):
    return json.loads(self.run(*arguments, "-o", "json", **options).stdout)

  def verdicts(self, *arguments):
    self.run("replay", *arguments, "--write-verdicts", "verdicts.jsonl")
    return [json.loads(line) for line in (self.path / "verdicts.jsonl").read_text().splitlines()]


def test_version_and_help(t):
  assert t.run("version").stdout.startswith("picket 0.")
  assert t.run("--version").stdout.startswith("picket 0.")
  for verb in (["replay"], ["explain"], ["explain", "ip"], ["explain", "packet"], ["explain", "pcap"], ["config"]):
    assert "Usage" in t.run(*verb, "--help").stdout


def test_wrong_usage_exits_2(t):
  for arguments in ([], ["nonsense"], ["replay"], ["replay", "x", "--mode", "kill"], ["replay", "x", "-o", "xml"],
                    ["explain", "ip", "1.2.3"], ["explain", "packet", "abc"], ["explain", "packet", "zz"],
                    ["explain", "ip", "1.2.3.4", "--scope", "tcp/0"], ["config", "check"]):
    assert t.run(*arguments, exit_code=2).stderr, arguments


def test_replay_json_is_the_contract(t):
  capture = t.pcap([f.syn(OUTSIDE), f.syn(LISTED), f.ethernet(b"\0" * 28, 0x0806), f.syn(OUTSIDE)[:30]])
  report = t.json("replay", capture, "--feed", t.file("list.txt", LISTED + "\n"))
  assert report["schema"] == 1 and report["packets"] == 4 and report["bytes"] == 54 * 2 + 42 + 30
  assert report["verdicts"] == {"allow": 0, "pass": 2, "monitor": 0, "limit": 0, "challenge": 0, "confine": 0,
                                "decoy": 0, "drop_new": 0, "drop": 2}
  assert report["reasons"] == {"arp": 1, "ipv4_truncated": 1, "reputation_drop": 1}
  assert list(report["layers"]) == ["ipv4", "ipv6", "arp", "other", "vlan", "tcp", "udp", "icmp", "icmp6", "sctp",
                                    "gre", "esp", "fragment"]
  assert report["layers"]["ipv4"] == 3 and report["layers"]["arp"] == 1 and report["layers"]["tcp"] == 2
  assert report["elapsed_ns"] > 0 and report["mode"] == "enforce" and report["truncated"] is False
  assert report["feeds"][0]["entries"] == 1


def test_replay_table_names_verdicts_and_reasons(t):
  text = t.run("replay", t.pcap([f.syn(LISTED)]), "--feed", t.file("list.txt", LISTED)).stdout
  for word in ("reputation_drop", "drop", "100.00 %", "received 1", "dropped 1", "an entry drops it"):
    assert word in text, text


def test_written_captures_hold_what_was_forwarded_and_dropped(t):
  packets = [f.syn(OUTSIDE), f.syn(LISTED), f.syn(OUTSIDE, port=443)]
  t.run("replay", t.pcap(packets), "--feed", t.file("list.txt", LISTED), "--write-passed", "p.pcap",
        "--write-dropped", "d.pcap")
  assert f.read_pcap(t.path / "p.pcap") == [packets[0], packets[2]]
  assert f.read_pcap(t.path / "d.pcap") == [packets[1]]


def test_output_that_cannot_be_written_is_reported(t):
  capture = t.pcap([f.syn(OUTSIDE)] * 2000)
  for option in ("--write-passed", "--write-verdicts"):
    assert "/dev/full" in t.run("replay", capture, option, "/dev/full", exit_code=1).stderr
    assert "no/such" in t.run("replay", capture, option, "no/such/folder", exit_code=1).stderr


def test_no_input_is_overwritten(t):
  capture = t.pcap([f.syn(LISTED)])
  (t.path / "link.pcap").symlink_to(t.path / capture)
  for outputs in (["--write-passed", capture], ["--write-dropped", "./" + capture], ["--write-passed", "link.pcap"],
                  ["--write-passed", "x.pcap", "--write-dropped", "./x.pcap"],
                  ["--feed", t.file("list.txt", LISTED), "--write-passed", "list.txt"]):
    assert "overwrite" in t.run("replay", capture, *outputs, exit_code=2).stderr
  assert t.json("replay", capture)["packets"] == 1


def test_bad_captures_are_named(t):
  assert "missing.pcap" in t.run("replay", "missing.pcap", exit_code=1).stderr
  assert "text.pcap" in t.run("replay", t.file("text.pcap", "not a capture, but long enough"), exit_code=1).stderr
  assert "empty.pcap" in t.run("replay", t.file("empty.pcap", ""), exit_code=1).stderr
  t.pcap([f.syn(OUTSIDE)], "wifi.pcap", link_type=105)
  assert "105" in t.run("replay", "wifi.pcap", exit_code=1).stderr
  assert t.run("replay", ".", exit_code=1).stderr


def test_a_capture_cut_short_is_judged_as_far_as_it_goes(t):
  whole = (t.path / t.pcap([f.syn(LISTED)] * 3)).read_bytes()
  (t.path / "cut.pcap").write_bytes(whole[:-10])
  result = t.run("replay", "cut.pcap", "-o", "json")
  report = json.loads(result.stdout)
  assert report["packets"] == 2 and report["truncated"] is True and "cut.pcap" in result.stderr


def test_list_lines_are_rejected_with_number_and_reason(t):
  result = t.run("replay", t.pcap([f.syn(LISTED)]), "-o", "json", "--feed",
                 t.file("list.txt", f"# head\n{LISTED}\nnot an address\n0.0.0.0/0\n"))
  feed = json.loads(result.stdout)["feeds"][0]
  assert feed["rejected"] == 2 and feed["entries"] == 1
  assert "list.txt:3:" in result.stderr and "list.txt:4:" in result.stderr


def test_unreadable_lists_and_configs_stop_before_anything_is_written(t):
  capture = t.pcap([f.syn(LISTED)])
  t.run("replay", capture, "--feed", "missing.txt", "--write-passed", "p.pcap", exit_code=2)
  t.run("replay", capture, "--config", "missing.toml", "--write-passed", "p.pcap", exit_code=2)
  t.file("bad.toml", "[node]\nmode = 7\n")
  assert "bad.toml:2:" in t.run("replay", capture, "--config", "bad.toml", exit_code=2).stderr
  assert not (t.path / "p.pcap").exists()


def test_config_check_reports_all_problems_at_once(t):
  t.file("bad.toml", "[node]\nmode = \"enforc\"\nnmae = \"x\"\n[[link]]\nname = \"a\"\n")
  stderr = t.run("config", "check", "bad.toml", exit_code=2).stderr
  assert "bad.toml:2:" in stderr and "bad.toml:3:" in stderr and "bad.toml:4:" in stderr, stderr
  assert "enforce" in stderr and "name" in stderr
  assert "valid" in t.run("config", "check", t.file("good.toml", "[node]\nname = \"edge-1\"\n")).stdout


CONFIG = """
[node]
mode = "{mode}"
[[link]]
name = "wan0"
outside = "net_ring0"
inside = "net_ring1"
protected = ["198.51.100.0/24"]
never_block = ["192.0.2.1"]
prefix_modes = [{{ prefix = "198.51.100.128/25", mode = "enforce" }}, {{ prefix = "198.51.100.16/28", mode = "off" }}]
[[rate_class]]
name = "slow"
packets_per_s = 10
burst_packets = 5
[[feed]]
name = "bad"
file = "bad.txt"
[[feed]]
name = "slow-down"
file = "slow.txt"
verdict = "limit"
rate_class = "slow"
[[feed]]
name = "ssh"
file = "ssh.txt"
tier = "operator"
scope = "tcp/22"
"""


def write_config(t, mode="monitor"):
  t.file("picket.toml", CONFIG.format(mode=mode))
  t.file("bad.txt", "192.0.2.0/24\n")
  t.file("slow.txt", "203.0.113.0/24\n")
  t.file("ssh.txt", "203.0.113.0/24\n")
  return "picket.toml"


def test_modes_of_node_and_prefix(t):
  config = write_config(t)
  capture = t.pcap([f.syn(LISTED, target=f"198.51.100.{host}") for host in (10, 200, 20)])
  verdicts = [(v["verdict"], v["reason"]) for v in t.verdicts(capture, "--config", config)]
  assert verdicts == [("monitor", "reputation_drop"), ("drop", "reputation_drop"), ("pass", "mode_off")]
  verdicts = [v["verdict"] for v in t.verdicts(capture, "--config", config, "--mode", "enforce")]
  assert verdicts == ["drop"] * 3


def test_never_block_scope_and_both_directions(t):
  config = write_config(t, "enforce")
  reply = f.ethernet(f.ipv4(INSIDE, LISTED, 6, f.tcp(80, 40000, flags=18)))
  ssh_reply = f.ethernet(f.ipv4(INSIDE, OUTSIDE, 6, f.tcp(22, 40000, flags=18)))
  capture = t.pcap([f.syn("192.0.2.1"), f.syn(LISTED), reply, f.syn(OUTSIDE, port=22), ssh_reply])
  verdicts = [(v["verdict"], v["reason"]) for v in t.verdicts(capture, "--config", config)]
  assert verdicts == [("pass", "never_block")] + [("drop", "reputation_drop")] * 4, verdicts


def test_limit_grants_burst_and_rate(t):
  config = write_config(t, "enforce")
  # 100 packets in 9.9 s at 10/s with a burst of 5: the burst, then one each 100 ms.
  burst = t.pcap([f.syn(OUTSIDE)] * 20, "burst.pcap", step_us=0)
  assert t.json("replay", burst, "--config", config)["verdicts"]["limit"] == 15
  steady = t.pcap([f.syn(OUTSIDE)] * 50, "steady.pcap", step_us=100_000)
  assert t.json("replay", steady, "--config", config)["verdicts"]["limit"] == 0


def test_ipset_save_brings_ports_timeouts_and_exceptions(t):
  saved = ("create s hash:net,port family inet\nadd s 192.0.2.0/24,tcp:22\n"
           "create x hash:net family inet timeout 0\nadd x 203.0.113.0/24 timeout 1\nadd x 203.0.113.7 nomatch\n")
  capture = t.pcap([f.syn(LISTED, port=22), f.syn(LISTED), f.syn(OUTSIDE), f.syn("203.0.113.7"), f.syn(OUTSIDE)],
                   step_us=400_000)
  verdicts = [(v["verdict"], v["reason"]) for v in t.verdicts(capture, "--feed", t.file("s.ipset", saved))]
  assert verdicts == [("drop", "reputation_drop"), ("pass", "none"), ("drop", "reputation_drop"),
                      ("pass", "none"), ("pass", "none")], verdicts


def test_every_link_type_gives_the_same_verdict(t):
  ip = f.ipv4(LISTED, INSIDE, 6, f.tcp(1, 80))
  cooked = b"\0\0\0\1\0\6" + bytes(8) + b"\x08\0"
  cooked2 = b"\x08\0" + bytes(18)
  loopback = b"\2\0\0\0"
  for link_type, frame in ((1, f.ethernet(ip)), (101, ip), (228, ip), (113, cooked + ip), (276, cooked2 + ip),
                           (0, loopback + ip)):
    report = t.json("replay", t.pcap([frame], link_type=link_type), "--feed", t.file("list.txt", LISTED))
    assert report["verdicts"]["drop"] == 1 and report["layers"]["tcp"] == 1, link_type


def test_explain_ip_shows_precedence(t):
  config = write_config(t, "enforce")
  explained = t.json("explain", "ip", OUTSIDE, "--config", config)
  answers = {a["scope"]: a["verdict"] for a in explained["answers"]}
  assert answers == {"any": "limit", "tcp/22": "drop"}, explained
  assert [e["tier"] for e in explained["entries"]] == ["operator", "feed"]
  one = t.json("explain", "ip", OUTSIDE, "--config", config, "--scope", "udp/53")
  assert one["answers"][0]["by"]["source"] == "slow-down"
  assert "no entry" in t.run("explain", "ip", "2001:db8::1", "--config", config).stdout
  text = t.run("explain", "ip", OUTSIDE, "--config", config).stdout
  assert "tier operator" in text and "limit to slow" in text and "expires never" in text, text


def test_explain_ip_counts_expiry_to_the_time_asked_for(t):
  saved = "create s hash:ip timeout 0\nadd s 192.0.2.66 timeout 3600\n"
  arguments = ("explain", "ip", LISTED, "--feed", t.file("s.ipset", saved))
  assert t.json(*arguments)["answers"][0]["verdict"] == "drop"
  later = t.json(*arguments, "--at", str(int(time.time()) + 7200))
  assert later["answers"][0]["verdict"] == "pass" and later["entries"][0]["expired"] is True


def test_explain_ip_tells_ports_apart(t):
  ports = t.file("ports.ipset", "create s hash:ip,port\nadd s 192.0.2.66,tcp:22-80\nadd s 192.0.2.66,tcp:443\n")
  answers = {a["scope"]: a["verdict"] for a in t.json("explain", "ip", LISTED, "--feed", ports)["answers"]}
  assert answers == {"any": "pass", "tcp/22-80": "drop", "tcp/443": "drop"}, answers
  t.run("explain", "ip", LISTED, "--feed", ports, "--scope", "tcp/1-100", exit_code=2)


def test_exceptions_stay_within_their_own_list(t):
  t.file("a.ipset", "create a hash:net\nadd a 203.0.113.0/24\nadd a 203.0.113.5 nomatch\n")
  t.file("b.txt", "203.0.113.0/25\n")
  capture = t.pcap([f.syn(OUTSIDE)])
  assert t.verdicts(capture, "--feed", "a.ipset")[0]["verdict"] == "pass"
  both = t.verdicts(capture, "--feed", "a.ipset", "--feed", "b.txt")[0]
  assert (both["verdict"], both["entry"]) == ("drop", "203.0.113.0/25")


def test_lists_of_the_same_name_are_all_in_force(t):
  t.file("picket.toml", "[node]\nmode = \"enforce\"\n[[feed]]\nname = \"b.txt\"\nfile = \"bad.txt\"\n")
  t.file("bad.txt", LISTED + "\n")
  t.file("b.txt", OUTSIDE + "\n")
  report = t.json("replay", t.pcap([f.syn(LISTED), f.syn(OUTSIDE)]), "--config", "picket.toml", "--feed", "b.txt")
  assert report["verdicts"]["drop"] == 2


def test_a_list_without_one_good_line_is_refused(t):
  result = t.run("replay", t.pcap([f.syn(LISTED)]), "--feed", t.file("404.html", "<html>\nnot found\n"), exit_code=2)
  assert "404.html:1:" in result.stderr


def test_tolerated_flaws_open_no_way_around_port_scopes(t):
  t.file("picket.toml", CONFIG.format(mode="enforce") + "[malformed]\ntcp_bad_option = \"pass\"\n")
  t.file("bad.txt", "192.0.2.0/24\n")
  t.file("slow.txt", "192.0.2.0/24\n")
  t.file("ssh.txt", "203.0.113.0/24\n")
  broken = b"\x02\x09\0\0"
  segment = bytearray(f.tcp(40000, 22) + broken)
  segment[12] = 0x60
  capture = t.pcap([f.ethernet(f.ipv4(OUTSIDE, INSIDE, 6, bytes(segment)))])
  assert t.verdicts(capture, "--config", "picket.toml")[0]["reason"] == "port_unknown"


def test_the_ledger_balances_when_writing_fails(t):
  capture = t.pcap([f.syn(OUTSIDE)] * 2000, step_us=0)
  for option in ("--write-verdicts", "--write-passed"):
    ledger = json.loads(t.run("replay", capture, option, "/dev/full", "-o", "json", exit_code=1).stdout)["ledger"]
    assert ledger["received"] == ledger["transmitted"] + ledger["dropped"] + ledger["consumed"] + ledger["lost"]


def test_explain_packet_names_the_deciding_stage(t):
  config = write_config(t, "enforce")
  explained = t.json("explain", "packet", f.syn(LISTED).hex(), "--config", config)
  assert explained["stage"] == "reputation" and explained["verdict"] == "drop"
  assert explained["entries"][0]["source"] == "bad" and explained["entries"][0]["decides"] is True
  cut = t.json("explain", "packet", "-", "--config", config, stdin=f.syn(LISTED)[:40].hex(" "))
  assert cut["stage"] == "parse" and [s["stage"] for s in cut["stages"]] == ["parse"]
  reply = f.ethernet(f.ipv4(INSIDE, LISTED, 6, f.tcp(80, 40000)))
  assert t.json("explain", "packet", reply.hex(), "--config", config)["verdict"] == "drop"
  inward = t.json("explain", "packet", reply.hex(), "--config", config, "--direction", "inward")
  assert inward["verdict"] == "pass"
  raw = t.run("explain", "packet", f.ipv4(LISTED, INSIDE, 6, f.tcp(1, 80)).hex(), "--link-layer", "raw").stdout
  assert LISTED in raw and "verdict" in raw


def test_explain_pcap_agrees_with_replay(t):
  config = write_config(t, "enforce")
  packets = [f.syn(OUTSIDE)] * 7 + [f.syn(LISTED), f.syn("192.0.2.1"), f.syn(OUTSIDE, port=22), f.syn(LISTED)[:33],
                                    f.ethernet(f.ipv6("2001:db8::1", "2001:db8::2", 17, f.udp(5, 53)), 0x86DD)]
  capture = t.pcap(packets, step_us=0)
  verdicts = t.verdicts(capture, "--config", config)
  for number, verdict in enumerate(verdicts, 1):
    explained = t.json("explain", "pcap", capture, "--config", config, "--packet", str(number))
    assert (explained["packet"], explained["verdict"], explained["reason"]) == (
        number, verdict["verdict"], verdict["reason"])
  assert "over the rate of class slow" in t.run("explain", "pcap", capture, "--config", config, "--packet", "6").stdout
  lines = t.run("explain", "pcap", capture, "--config", config, "--limit", "2", "-o", "json").stdout.splitlines()
  assert [json.loads(line)["packet"] for line in lines] == [6, 7]
  t.run("explain", "pcap", capture, "--packet", "99", exit_code=3)


def test_same_seed_same_file(t):
  config = write_config(t, "enforce")
  capture = t.pcap([f.syn(f"203.0.113.{i % 200}") for i in range(2000)], step_us=10)
  first = t.verdicts(capture, "--config", config, "--seed", "5")
  assert first == t.verdicts(capture, "--config", config, "--seed", "5")


def main():
  global PICKET
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument("--picket", required=True)
  PICKET = str(pathlib.Path(parser.parse_args().picket).resolve())
  passed, failed = 0, 0
  for name, test in sorted((n, t) for n, t in globals().items() if n.startswith("test_")):
    with tempfile.TemporaryDirectory() as folder:
      try:
        test(Folder(folder))
        passed += 1
      except Exception:  # a test may fail in any way; the others still run
        failed += 1
        print(f"{name}\n{traceback.format_exc()}")
  print(f"{passed} passed, {failed} failed")
  return 1 if failed else 0


if __name__ == "__main__":
  sys.exit(main())
