# SPDX-License-Identifier: Apache-2.0
"""Frames of the peers, built with scapy, which is loaded quietly and without its look at the machine's routes."""
import logging

logging.getLogger("scapy").setLevel(logging.ERROR)
from scapy.config import conf  # noqa: E402

conf.route_autoload = conf.route6_autoload = False
from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment  # noqa: E402,F401
from scapy.layers.inet6 import (ICMPv6EchoRequest, ICMPv6ND_NS, ICMPv6NDOptSrcLLAddr, IPv6,  # noqa: E402,F401
                                IPv6ExtHdrFragment, fragment6)
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether  # noqa: E402,F401
from scapy.packet import Raw  # noqa: E402,F401

from peers import INSIDE_PEER, OUTSIDE_PEER  # noqa: E402


def ether(inward=True, **keys):
  source, destination = (OUTSIDE_PEER, INSIDE_PEER) if inward else (INSIDE_PEER, OUTSIDE_PEER)
  return Ether(**{"src": source, "dst": destination, **keys})


def ip(source, destination, **keys):
  return (IPv6 if ":" in source else IP)(src=source, dst=destination, **keys)


def syn(source, destination, port=80, sport=40000, inward=True, **keys):
  return ether(inward) / ip(source, destination) / TCP(sport=sport, dport=port, flags="S", **keys)


def datagram(source, destination, port=53, sport=40000, payload=b"x" * 32, inward=True):
  return ether(inward) / ip(source, destination) / UDP(sport=sport, dport=port) / Raw(payload)
