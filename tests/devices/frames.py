# SPDX-License-Identifier: Apache-2.0
"""Frames that packet sockets send in the device tests."""
import random
import struct

MACS = bytes.fromhex("020000000002020000000001")
INSIDE_HOST = bytes((198, 51, 100, 10))


def _checksum(header):
  total = sum(struct.unpack("!10H", header))
  total = (total & 0xffff) + (total >> 16)
  return ~(total + (total >> 16)) & 0xffff


def udp(index, inward, length=60):
  """UDP over IPv4 from or to outside host `index`, padded with bytes drawn from the index."""
  outside = struct.pack("!I", 0xcb007100 + index % 256)
  source, destination = (outside, INSIDE_HOST) if inward else (INSIDE_HOST, outside)
  payload = random.Random(index * 2 + inward).randbytes(length - 42)
  header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length - 14, index & 0xffff, 0x4000, 64, 17, 0, source, destination)
  header = header[:10] + struct.pack("!H", _checksum(header)) + header[12:]
  ports = (40000, 443) if inward else (443, 40000)
  ethernet = (MACS[:6] + MACS[6:] if inward else MACS[6:] + MACS[:6]) + b"\x08\x00"
  return ethernet + header + struct.pack("!HHHH", *ports, length - 34, 0) + payload


def many(count, inward, lengths=(60, 61, 128, 590, 1514)):
  return [udp(i, inward, lengths[i % len(lengths)]) for i in range(count)]


def tcp_syn(index, inward=True):
  frame = bytearray(udp(index, inward, 62))
  frame[23] = 6
  frame[24:26] = b"\0\0"
  frame[24:26] = struct.pack("!H", _checksum(bytes(frame[14:34])))
  frame[34:54] = struct.pack("!HHIIBBHHH", 40000, 443, index, 0, 0x50, 2, 65535, 0, 0)
  return bytes(frame)


def write_pcap(path, frames):
  """A capture of Ethernet frames, tcpdump.org's classic format."""
  with open(path, "wb") as file:
    file.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for frame in frames:
      file.write(struct.pack("=IIII", 0, 0, len(frame), len(frame)) + frame)


def read_pcap(path):
  data, at, frames = path.read_bytes(), 24, []
  while at < len(data):
    length = struct.unpack_from("=I", data, at + 8)[0]
    frames.append(data[at + 16:at + 16 + length])
    at += 16 + length
  return frames
