#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the layers of captures: the independent second opinion on `picket replay`'s "layers".

  count_layers.py CAPTURE...     one JSON object a capture, one a line, in the order given

Reads pcap (both byte orders, micro- and nanoseconds) and pcapng, each also gzipped. Link types: Ethernet, raw IP,
Linux cooked v1 and v2, BSD loopback; a frame of any other link type counts as `other`. README.md has the definitions.

errors  a file that is no capture: message on stderr, no line for it, exit status 1. A capture damaged or cut part way:
        message on stderr, the records before the damage are counted, exit status 0.
source  RFC 791, 8200, 4302, 7045; draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng; tcpdump.org/linktypes.html
"""
import collections
import gzip
import json
import struct
import sys
import zlib

LAYERS = ("ipv4", "ipv6", "arp", "other", "vlan", "tcp", "udp", "icmp", "icmp6", "sctp", "gre", "esp", "fragment")
NETWORKS = {0x0800: "ipv4", 0x86DD: "ipv6", 0x0806: "arp"}
TRANSPORTS = {6: "tcp", 17: "udp", 1: "icmp", 58: "icmp6", 132: "sctp", 47: "gre", 50: "esp"}
VLAN_TYPES = (0x8100, 0x88A8, 0x9100)
VLAN_TAGS_MAX = 2

ETHERTYPE_LINKS = {1: (12, 14), 113: (14, 16), 276: (0, 20)}  # link type: (offset of the ethertype, header bytes)
NIBBLE_LINKS = {12: 0, 14: 0, 101: 0, 228: 0, 229: 0, 0: 4, 108: 4}  # link type: bytes before the IP header

FRAGMENT_HEADER, AUTHENTICATION_HEADER = 44, 51
EXTENSIONS = (0, 43, FRAGMENT_HEADER, AUTHENTICATION_HEADER, 60, 135, 139, 140)
EXTENSIONS_MAX = 8

PCAP_MAGICS = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}
SECTION, BYTE_ORDER_MARKS = b"\n\r\r\n", {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
RECORD_BYTES_MAX = 1 << 18
BLOCK_BYTES_MAX = 1 << 24


class Damaged(Exception):
  """The capture cannot be read further; what was read before it stands."""


class NotACapture(Exception):
  """The file does not begin like a capture."""


def u16(data, at):
  return data[at] << 8 | data[at + 1]


def take(stream, size, what, may_end=False):
  """The next `size` bytes; b"" at the end of the file where it `may_end`."""
  try:
    data = stream.read(size)
  except (EOFError, OSError, zlib.error) as error:
    raise Damaged(f"{what}: {error}") from error
  if len(data) < size and (data or not may_end):
    raise Damaged(f"{what} is cut: {len(data)} of {size} bytes")
  return data


def pcap_records(stream, order):
  link_type = struct.unpack(order + "16xI", take(stream, 20, "file header"))[0] & 0xFFFF
  while header := take(stream, 16, "record header", may_end=True):
    captured, original = struct.unpack(order + "8xII", header)
    if captured > RECORD_BYTES_MAX:
      raise Damaged(f"record claims {captured} bytes")
    yield link_type, take(stream, captured, "record"), max(original, captured)


def packet_block(order, kind, body, interfaces):
  """The record of an enhanced (6), simple (3) or obsolete (2) packet block."""
  try:
    if kind == 3:
      original = struct.unpack_from(order + "I", body)[0]
      link_type, snaplen = interfaces[0]
      captured = min(original, snaplen or original, len(body) - 4)
      start = 4
    else:
      interface, captured, original = struct.unpack_from(order + ("I8xII" if kind == 6 else "H10xII"), body)
      link_type, _ = interfaces[interface]
      start = 20
  except (struct.error, IndexError) as error:
    raise Damaged(f"packet block: {error}") from error
  if captured > len(body) - start or captured > RECORD_BYTES_MAX:
    raise Damaged(f"packet block claims {captured} bytes")
  return link_type, body[start : start + captured], max(original, captured)


def pcapng_records(stream, head):
  order, interfaces = "<", []
  while head:
    mark = b""
    if head[:4] == SECTION:
      interfaces, mark = [], take(stream, 4, "section header")
      order = BYTE_ORDER_MARKS.get(mark)
      if not order:
        raise Damaged("section header without a byte order mark")
    kind, size = struct.unpack(order + "II", head)
    if size < 12 + len(mark) or size % 4 or size > BLOCK_BYTES_MAX:
      raise Damaged(f"block of type {kind} claims {size} bytes")
    body = take(stream, size - 8 - len(mark), "block")[:-4]
    if kind == 1:
      if len(body) < 8:
        raise Damaged("interface block is too short")
      interfaces.append(struct.unpack_from(order + "H2xI", body))
    elif kind in (2, 3, 6):
      yield packet_block(order, kind, body, interfaces)
    head = take(stream, 8, "block header", may_end=True)


def records(path):
  """Yields (link type, captured bytes, wire length) of each frame of the capture at `path`."""
  with open(path, "rb") as plain:
    gzipped = plain.read(2) == b"\x1f\x8b"
  with (gzip.open if gzipped else open)(path, "rb") as stream:
    magic = stream.read(4)
    if magic == SECTION:
      yield from pcapng_records(stream, magic + take(stream, 4, "section header"))
    elif magic in PCAP_MAGICS:
      yield from pcap_records(stream, PCAP_MAGICS[magic])
    else:
      raise NotACapture("neither pcap nor pcapng")


def network(link_type, data, layers):
  """The layer above the link header and tags, and where it begins."""
  if link_type in NIBBLE_LINKS:
    at = NIBBLE_LINKS[link_type]
    nibble = data[at] >> 4 if len(data) > at else 0
    return {4: "ipv4", 6: "ipv6"}.get(nibble, "other"), at
  type_at, at = ETHERTYPE_LINKS.get(link_type, (0, 1 << 32))
  if len(data) < at:
    return "other", 0
  ethertype = u16(data, type_at)
  layers["vlan"] += ethertype in VLAN_TYPES
  for _ in range(VLAN_TAGS_MAX):
    if ethertype not in VLAN_TYPES:
      break
    if len(data) < at + 4:
      return "other", 0
    ethertype, at = u16(data, at + 2), at + 4
  return NETWORKS.get(ethertype, "other"), at


def ipv4_carries(data, wire_bytes, layers):
  """The protocol number the IPv4 header at the start of `data` carries; None when nothing is counted above it."""
  if len(data) < 20 or data[0] >> 4 != 4:
    return None
  header_bytes, total = (data[0] & 15) * 4, u16(data, 2)
  if header_bytes < 20 or header_bytes > len(data) or total < header_bytes or total > wire_bytes:
    return None
  more, offset = u16(data, 6) & 0x2000, u16(data, 6) & 0x1FFF
  layers["fragment"] += bool(more or offset)
  return None if offset else data[9]


def ipv6_carries(data, wire_bytes, layers):
  """As ipv4_carries, past the extension headers."""
  if len(data) < 40 or data[0] >> 4 != 6 or 40 + u16(data, 4) > wire_bytes:
    return None
  end = min(40 + u16(data, 4), len(data))
  protocol, at, walked, fragmented = data[6], 40, 0, False
  while protocol in EXTENSIONS:
    if walked == EXTENSIONS_MAX or at + 8 > end or (fragmented and protocol == FRAGMENT_HEADER):
      return None
    size = {FRAGMENT_HEADER: 8, AUTHENTICATION_HEADER: data[at + 1] * 4 + 8}.get(protocol, data[at + 1] * 8 + 8)
    if at + size > end:
      return None
    if protocol == FRAGMENT_HEADER:
      fragmented = True
      layers["fragment"] += 1
      if u16(data, at + 2) >> 3:
        return None
    protocol, at, walked = data[at], at + size, walked + 1
  return protocol


def count_frame(link_type, data, wire_bytes, layers):
  name, at = network(link_type, data, layers)
  layers[name] += 1
  carries = {"ipv4": ipv4_carries, "ipv6": ipv6_carries}.get(name)
  protocol = carries(data[at:], wire_bytes - at, layers) if carries else None
  if protocol in TRANSPORTS:
    layers[TRANSPORTS[protocol]] += 1


def count_capture(path):
  packets, total_bytes, layers = 0, 0, collections.Counter()
  try:
    for link_type, data, wire_bytes in records(path):
      packets, total_bytes = packets + 1, total_bytes + wire_bytes
      count_frame(link_type, data, wire_bytes, layers)
  except Damaged as damage:
    print(f"{path}: after packet {packets}: {damage}", file=sys.stderr)
  return {"file": path, "packets": packets, "bytes": total_bytes, "layers": {name: layers[name] for name in LAYERS}}


def main(paths):
  status = 0
  for path in paths:
    try:
      print(json.dumps(count_capture(path)), flush=True)
    except (NotACapture, OSError, EOFError, zlib.error) as error:
      print(f"{path}: {error}", file=sys.stderr)
      status = 1
  return status


if __name__ == "__main__":
  if len(sys.argv) < 2:
    sys.exit("usage: count_layers.py CAPTURE...")
  sys.exit(main(sys.argv[1:]))
