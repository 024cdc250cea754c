# SPDX-License-Identifier: Apache-2.0
"""A packet socket that gives frames as they are on the wire. The kernel takes the outermost VLAN tag of a received
frame off and hands it over beside it (packet(7), PACKET_AUXDATA): it is put back."""
import socket
import struct

SOL_PACKET, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING, SO_TIMESTAMPNS, SO_RCVBUFFORCE = 263, 8, 23, 35, 33
ETH_P_ALL, ETH_P_8021Q = 3, 0x8100
STATUS_VLAN_VALID, STATUS_TPID_VALID = 1 << 4, 1 << 6
FRAME_BYTES_MAX = 65_600
BUFFER_BYTES = 64 << 20
AUXDATA = struct.Struct("=IIIHHHH")
ANCILLARY_BYTES = socket.CMSG_SPACE(AUXDATA.size) + socket.CMSG_SPACE(16)


class RawSocket:
  """All frames that arrive at the device; open it inside the device's namespace."""

  def __init__(self, device):
    self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    self.socket.bind((device, ETH_P_ALL))
    self.socket.setblocking(False)

  def fileno(self):
    return self.socket.fileno()

  def close(self):
    self.socket.close()

  def send(self, frame):
    """False: the device would not take it now."""
    try:
      self.socket.send(frame)
    except (BlockingIOError, OSError) as error:
      if isinstance(error, BlockingIOError) or error.errno in (105, 100):  # ENOBUFS, ENETDOWN
        return False
      raise
    return True

  def receive(self):
    """(time of day in ns, frame), or None when none is there."""
    try:
      frame, ancillary, _, _ = self.socket.recvmsg(FRAME_BYTES_MAX, ANCILLARY_BYTES)
    except BlockingIOError:
      return None
    when = 0
    for level, kind, data in ancillary:
      if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
        seconds, nanoseconds = struct.unpack("=qq", data)
        when = seconds * 10**9 + nanoseconds
      elif level == SOL_PACKET and kind == PACKET_AUXDATA:
        frame = _with_tag(frame, data)
    return when, frame


def _with_tag(frame, auxdata):
  status, _, _, _, _, tci, tpid = AUXDATA.unpack(auxdata)
  if not status & STATUS_VLAN_VALID:
    return frame
  return frame[:12] + struct.pack("!HH", tpid if status & STATUS_TPID_VALID else ETH_P_8021Q, tci) + frame[12:]
