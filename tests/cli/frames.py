# SPDX-License-Identifier: Apache-2.0
"""Frames and captures for the command line's tests, built byte by byte."""
import ipaddress
import struct


def ethernet(payload, ethertype=0x0800):
  return b"\x02\0\0\0\0\x02" + b"\x02\0\0\0\0\x01" + struct.pack(">H", ethertype) + payload


def ipv4(source, target, protocol, payload, ident=1, fragment=0, ttl=64):
  head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), ident, fragment, ttl, protocol, 0)
  return head + ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed + payload


def ipv6(source, target, protocol, payload, hop_limit=64):
  head = struct.pack(">IHBB", 6 << 28, len(payload), protocol, hop_limit)
  return head + ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed + payload


def tcp(source_port, target_port, flags=2, payload=b""):
  return struct.pack(">HHIIBBHHH", source_port, target_port, 1, 0, 0x50, flags, 1024, 0, 0) + payload


def udp(source_port, target_port, payload=b""):
  return struct.pack(">HHHH", source_port, target_port, 8 + len(payload), 0) + payload


def syn(source, target="198.51.100.10", port=80, source_port=40000):
  return ethernet(ipv4(source, target, 6, tcp(source_port, port)))


def pcap(path, frames, step_us=1000, link_type=1):
  """Writes a little-endian microsecond pcap; frame i is taken at i * step_us."""
  with open(path, "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link_type))
    for i, frame in enumerate(frames):
      time_us = 1_700_000_000_000_000 + i * step_us
      out.write(struct.pack("<IIII", time_us // 1_000_000, time_us % 1_000_000, len(frame), len(frame)) + frame)
  return path


def read_pcap(path):
  """The frames of a little-endian pcap."""
  data = open(path, "rb").read()
  frames, at = [], 24
  while at < len(data):
    captured = struct.unpack_from("<I", data, at + 8)[0]
    frames.append(data[at + 16:at + 16 + captured])
    at += 16 + captured
  return frames
