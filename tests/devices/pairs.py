# SPDX-License-Identifier: Apache-2.0
"""Device strings of links whose other side is picket-traffic: what picketd opens, and what the peer opens."""
from dataclasses import dataclass


@dataclass
class Pair:
  """`late`: the peer listens, so it has to be there before picketd."""
  picketd: list
  peer: list
  late: bool = False


def _both(make):
  return [make(0, "outside.sock"), make(1, "inside.sock")]


def memif(folder, more=",bsize=9344"):
  """picketd is the server: it stays when the peer goes. The client decides on ring and buffer sizes."""
  text = "net_memif{},role={},id=0,socket={}/{},socket-abstract=no,rsize=10{}"
  return Pair(_both(lambda i, name: text.format(i, "server", folder, name, more)),
              _both(lambda i, name: text.format(i, "client", folder, name, more)))


def vhost(folder):
  """picketd plays the switch of virtual machines."""
  return Pair(_both(lambda i, name: f"net_vhost{i},iface={folder}/{name},queues=1"),
              _both(lambda i, name: f"net_virtio_user{i},path={folder}/{name},queues=1,queue_size=1024"))


def virtio_user(folder):
  """picketd sits where a virtual machine would, and the peer is its switch."""
  return Pair(_both(lambda i, name: f"net_virtio_user{i},path={folder}/{name},queues=1,queue_size=1024"),
              _both(lambda i, name: f"net_vhost{i},iface={folder}/{name},queues=1"), late=True)
