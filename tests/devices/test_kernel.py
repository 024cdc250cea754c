# SPDX-License-Identifier: Apache-2.0
"""Devices on top of the kernel's own: packet sockets, XDP sockets, taps, captures. 1,000 packets each way, compared."""
import os

import excuses
import frames
import wires
from devicetest import COUNT, DeviceTest
from programs import until


def difference(expected, arrived):
  """Empty when both hold the same frames; else what is missing and what is strange, shortly."""
  missing, strange = list(expected), []
  for frame in arrived:
    if frame in missing:
      missing.remove(frame)
    else:
      strange.append(frame)
  shorten = [(len(f), f[:48].hex()) for f in (missing[:2], strange[:2]) for f in f]
  return f"{len(missing)} missing, {len(strange)} strange: {shorten}" if missing or strange else ""


class Kernel(DeviceTest):
  def swap(self, hosts, inward, outward):
    inside, outside = hosts.swap(inward, outward)
    self.assertEqual(difference(inward, inside), "", "outside to inside")
    self.assertEqual(difference(outward, outside), "", "inside to outside")

  UNFINISHED = 2 * 64  # frames that both ports' sockets have sent and not yet handed back

  def through_veths(self, outside, inside, lengths=(60, 61, 128, 590, 1514), keeps=False, **link):
    """`keeps`: the device takes buffers when it starts and does not give them back when it is closed."""
    with wires.Hosts() as hosts:
      daemon = self.picketd(outside, inside, namespace=wires.BOX, link=link)
      until(lambda: all(p["link"] == "up" for p in daemon.stats()["ports"].values()), "both links up")
      buffers = daemon.stats()["mbufs"]
      self.swap(hosts, frames.many(COUNT, True, lengths), frames.many(COUNT, False, lengths))
      self.assert_each_way(daemon.stop(kept=buffers["size"] - buffers["free"] + self.UNFINISHED if keeps else 0))

  def test_af_packet(self):
    wires.add_veths()
    self.through_veths(f"net_af_packet0,iface={wires.OUTSIDE}", f"net_af_packet1,iface={wires.INSIDE}")

  def test_af_packet_jumbo(self):
    wires.add_veths(mtu=9202)
    slots = "framesz=10240,blocksz=20480,framecnt=512"
    self.through_veths(f"net_af_packet0,iface={wires.OUTSIDE},{slots}", f"net_af_packet1,iface={wires.INSIDE},{slots}",
                       lengths=(60, 1514, 2048, 4000, 9216), mtu=9202)

  def test_af_xdp(self):
    wires.add_veths()
    with excuses.listed(self, "net_af_xdp"):
      self.through_veths(f"net_af_xdp0,iface={wires.OUTSIDE}", f"net_af_xdp1,iface={wires.INSIDE}", keeps=True)

  def test_tap(self):
    wires.add_namespaces()
    daemon = self.picketd("net_tap0,iface=pkdev-t0", "net_tap1,iface=pkdev-t1", namespace=wires.BOX)
    for name in ("pkdev-t0", "pkdev-t1"):
      wires.set_link(wires.BOX, name, True)
    with wires.Hosts(wires.BOX, "pkdev-t0", "pkdev-t1") as hosts:
      self.swap(hosts, frames.many(COUNT, True), frames.many(COUNT, False))
    self.assert_each_way(daemon.stop())

  def test_pcap_on_an_interface(self):
    wires.add_veths()
    self.through_veths(f"net_pcap0,rx_iface_in={wires.OUTSIDE},tx_iface={wires.OUTSIDE}",
                       f"net_pcap1,rx_iface_in={wires.INSIDE},tx_iface={wires.INSIDE}")

  def test_pcap_files(self):
    sent = {"in": frames.many(COUNT, True), "out": frames.many(COUNT, False)}
    for name, packets in sent.items():
      frames.write_pcap(self.folder / f"{name}.pcap", packets)
    daemon = self.picketd("net_pcap0,rx_pcap=in.pcap,tx_pcap=outside.pcap", "net_pcap1,rx_pcap=out.pcap,tx_pcap=inside.pcap")
    until(lambda: daemon.stats()["ledger"]["received"] == 2 * COUNT, "both captures read")
    self.assert_each_way(daemon.stop())
    for name, packets in (("inside.pcap", sent["in"]), ("outside.pcap", sent["out"])):
      self.assertEqual(frames.read_pcap(self.folder / name), packets, name)
      self.assertTrue(os.path.getsize(self.folder / name))
