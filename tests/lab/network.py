# SPDX-License-Identifier: Apache-2.0
"""The lab's wires, addresses and routes. See README.md for the drawing."""
import namespaces as ns
import topology as t

MTU_DEFAULT = 1500

# No duplicate address detection, no address from advertisements, no guard on reverse paths, ICMP errors at any rate.
SYSCTLS = {
  **{f"ipv6/conf/{scope}/{name}": value for scope in ("all", "default")
     for name, value in (("accept_dad", 0), ("dad_transmits", 0), ("accept_ra", 0), ("autoconf", 0),
                         ("router_solicitations", 0), ("use_tempaddr", 0), ("disable_ipv6", 0))},
  **{f"ipv4/conf/{scope}/{name}": value for scope in ("all", "default")
     for name, value in (("rp_filter", 0), ("arp_announce", 2), ("arp_ignore", 1))},
  "ipv4/icmp_ratelimit": 0, "ipv4/icmp_msgs_per_sec": 1_000_000, "ipv4/icmp_msgs_burst": 1_000_000,
  "ipv6/icmp/ratelimit": 0, "ipv4/ip_forward": 0, "core/somaxconn": 4096,
}
BARE_SYSCTLS = {"ipv6/conf/all/disable_ipv6": 1, "ipv6/conf/default/disable_ipv6": 1, "ipv4/ip_forward": 0}


def create(mtu=MTU_DEFAULT, relay=False):
  """Namespaces, wires, addresses, routes; with a relay the outside wire ends in pk-relay, twice."""
  for name in (t.OUTSIDE, t.BOX, t.INSIDE, *([t.RELAY] if relay else [])):
    ns.run(["ip", "netns", "add", name])
    ns.sysctl(name, SYSCTLS if name in (t.OUTSIDE, t.INSIDE) else BARE_SYSCTLS)
  first = (t.RELAY, t.RELAY_OUTSIDE) if relay else (t.BOX, t.BOX_OUTSIDE)
  wires = [((t.OUTSIDE, t.UPLINK), first), ((t.INSIDE, t.UPLINK), (t.BOX, t.BOX_INSIDE))]
  if relay:
    wires.append(((t.RELAY, t.RELAY_BOX), (t.BOX, t.BOX_OUTSIDE)))
  for wire in wires:
    _wire(*wire, mtu)
  _outside_hosts()
  _inside_hosts()


def _wire(one, other, mtu):
  ns.run(["ip", "-n", one[0], "link", "add", one[1], "mtu", str(mtu), "type", "veth",
          "peer", "name", other[1], "mtu", str(mtu), "netns", other[0]])
  for namespace, device in (one, other):
    _offloads_off(namespace, device)
    mac = {t.OUTSIDE: t.OUTSIDE_MAC, t.INSIDE: t.INSIDE_MAC}.get(namespace)
    ns.ip_batch(namespace, f"link set {device} address {mac}\n" if mac else "")
    ns.ip_batch(namespace, f"link set {device} up\n")


def _offloads_off(namespace, device):
  """What is on a wire must be what would be on a real one: whole checksums, segments no longer than the MTU."""
  off = [word for name in ("rx", "tx", "sg", "tso", "gso", "gro", "rxvlan", "txvlan") for word in (name, "off")]
  with ns.inside(namespace):
    ns.run(["ethtool", "-K", device, *off], check=False)  # veth refuses to change some: see wrong_offloads()


def wrong_offloads(namespace, device):
  """The offloads that could change frames and are still on."""
  with ns.inside(namespace):
    lines = ns.run(["ethtool", "-k", device]).splitlines()
  harmful = ("rx-checksumming", "tx-checksumming", "scatter-gather", "tcp-segmentation-offload",
             "generic-segmentation-offload", "generic-receive-offload")
  return [line for line in lines if line.split(":")[0] in harmful and ": on" in line]


def _addresses(device, addresses):
  return "".join(f"addr add {address} dev {device} {'nodad' if ':' in address else ''}\n" for address in addresses)


def _outside_hosts():
  people = [*t.CLIENTS, *t.SCANNERS]
  ns.ip_batch(t.OUTSIDE, "link set lo up\n"
              + _addresses("lo", [f"{t.outsider(n)}/32" for n in people] + [f"{t.outsider6(n)}/128" for n in people])
              + _addresses(t.UPLINK, [f"{t.OUTSIDE_ROUTER}/30", f"{t.OUTSIDE_ROUTER6}/64"])
              + f"route add blackhole {t.WORLD}\nroute add blackhole {t.WORLD6}\n"
              f"route add {t.PROTECTED} via {t.INSIDE_ROUTER} src {t.outsider(10)}\n"
              f"route add {t.PROTECTED6} via {t.INSIDE_ROUTER6} src {t.outsider6(10)}\n")


def _inside_hosts():
  """The router and, on its loopback, every live host. A blackhole drops what is sent to the dark rest without a word,
  as a VPC does: no ICMP error."""
  ns.ip_batch(t.INSIDE, "link set lo up\n"
              + _addresses("lo", [f"{t.host(n)}/32" for n in t.LIVE] + [f"{t.host6(n)}/128" for n in t.LIVE])
              + _addresses(t.UPLINK, [f"{t.INSIDE_ROUTER}/30", f"{t.INSIDE_ROUTER6}/64"])
              + f"route add blackhole {t.PROTECTED}\nroute add blackhole {t.PROTECTED6}\n"
              f"route add default via {t.OUTSIDE_ROUTER} src {t.host(10)}\n"
              f"route add default via {t.OUTSIDE_ROUTER6} src {t.host6(10)}\n")


def set_mtu(mtu):
  """Of every wire; only while no appliance and no relay has them open."""
  for namespace, device in ends():
    ns.ip_batch(namespace, f"link set {device} mtu {mtu}\n")


def ends():
  both = [(t.OUTSIDE, t.UPLINK), (t.BOX, t.BOX_OUTSIDE), (t.BOX, t.BOX_INSIDE), (t.INSIDE, t.UPLINK)]
  return both + ([(t.RELAY, t.RELAY_OUTSIDE), (t.RELAY, t.RELAY_BOX)] if ns.exists(t.RELAY) else [])


def bridge_on():
  """The kernel's own bridge in the appliance's place: what the wire is like without Picket."""
  ns.ip_batch(t.BOX, "link add pk-bridge type bridge mcast_snooping 0\n"
              f"link set {t.BOX_OUTSIDE} master pk-bridge\nlink set {t.BOX_INSIDE} master pk-bridge\n"
              "link set pk-bridge up\n")


def bridge_off():
  ns.ip_batch(t.BOX, "link del pk-bridge\n")


def bridge_is_on():
  return "pk-bridge" in ns.run(["ip", "-n", t.BOX, "-o", "link", "show", "type", "bridge"])


def forget_neighbours():
  """So that the next packet needs ARP or neighbor discovery."""
  for namespace in (t.OUTSIDE, t.INSIDE):
    ns.ip_batch(namespace, f"neigh flush dev {t.UPLINK}\n")
