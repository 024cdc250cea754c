# SPDX-License-Identifier: Apache-2.0
"""What the lab is made of: names, addresses, who serves what. Constants only; README.md has the drawing."""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
STATE = ROOT / "build" / "lab"

OUTSIDE, BOX, INSIDE, RELAY = "pk-outside", "pk-box", "pk-inside", "pk-relay"
NAMESPACES = (OUTSIDE, BOX, INSIDE, RELAY)
UPLINK = "uplink"  # in pk-outside and in pk-inside
BOX_OUTSIDE, BOX_INSIDE = "pk-o", "pk-i"  # the appliance's ends, in pk-box
RELAY_OUTSIDE, RELAY_BOX = "rl-o", "rl-b"  # the relay's ends, in pk-relay

OUTSIDE_MAC, INSIDE_MAC = "02:00:00:00:02:01", "02:00:00:00:02:02"

OUTSIDE_ROUTER, INSIDE_ROUTER = "192.0.2.1", "192.0.2.2"
OUTSIDE_ROUTER6, INSIDE_ROUTER6 = "2001:db8:2::1", "2001:db8:2::2"
PROTECTED, PROTECTED6 = "198.51.100.0/24", "2001:db8:51::/64"
WORLD, WORLD6 = "203.0.113.0/24", "2001:db8:113::/64"
LINK, LINK6 = "192.0.2.0/30", "2001:db8:2::/64"

LIVE = range(10, 30)
CLIENTS = range(10, 21)
SCANNERS = range(66, 91)

IPERF_HOST, IPERF_PORT = 29, 5201
LARGE_FILE_BYTES = 4 << 20
DNS_DOMAIN = "lab.example"


def host(number):
  return f"198.51.100.{number}"


def host6(number):
  return f"2001:db8:51::{number}"


def outsider(number):
  return f"203.0.113.{number}"


def outsider6(number):
  return f"2001:db8:113::{number}"


def tcp_ports(number):
  """The open TCP ports of a live host. Two of the twenty have none: they answer, but refuse."""
  index = number - LIVE.start
  rules = ((22, index % 2 == 0), (53, index % 5 == 0), (80, index % 3 != 2), (443, index % 3 == 0),
           (IPERF_PORT, number == IPERF_HOST))
  return [port for port, is_open in rules if is_open]


def udp_ports(number):
  return [53] if 53 in tcp_ports(number) else []


def hosts_with(port):
  return [number for number in LIVE if port in tcp_ports(number)]


def truth():
  """What a perfect scan would find, and who is who."""
  hosts = {}
  for number in LIVE:
    for address in (host(number), host6(number)):
      hosts[address] = {"tcp": tcp_ports(number), "udp": udp_ports(number)}
  return {
    "hosts": hosts,
    "dark": [f"all of {PROTECTED} and {PROTECTED6} that hosts does not name: silent"],
    "protected": [PROTECTED, PROTECTED6],
    "clients": [name(number) for name in (outsider, outsider6) for number in CLIENTS],
    "scanners": [name(number) for name in (outsider, outsider6) for number in SCANNERS],
    "routers": {"outside": [OUTSIDE_ROUTER, OUTSIDE_ROUTER6], "inside": [INSIDE_ROUTER, INSIDE_ROUTER6]},
    "macs": {"outside": OUTSIDE_MAC, "inside": INSIDE_MAC},
    "iperf3": {"address": host(IPERF_HOST), "port": IPERF_PORT},
    "dns": {f"host{number}.{DNS_DOMAIN}": [host(number), host6(number)] for number in LIVE},
    "large_file_bytes": LARGE_FILE_BYTES,
  }
