# SPDX-License-Identifier: Apache-2.0
"""What keeps picketd from starting is said with the place, and with the command that mends it."""
import os
import re
import shutil
import subprocess
import tempfile

import hugepages
import pairs
import programs
import wires
from devicetest import COUNT, DeviceTest
from programs import config, refused_start

NOBODY = 65534


class Refusals(DeviceTest):
  """Exit 1 for devices and machine, 2 for the config; one message on stderr, nothing forwarded."""

  def says(self, text, *parts, code=1, arguments=(), **options):
    errors = refused_start(self.folder, text, *arguments, code=code, **options)
    for part in parts:
      self.assertRegex(errors, part)
    return errors

  def test_no_such_driver(self):
    self.says(config("net_nosuch0", "net_ring0"), "link wan0, outside: DPDK cannot open net_nosuch0", "doc.dpdk.org")

  def test_no_such_interface(self):
    wires.add_veths()
    self.says(config("net_af_packet0,iface=pkdev-o", "net_af_packet1,iface=nowhere"), "link wan0, inside:",
              "no interface nowhere", "`ip link`", namespace=wires.BOX)

  def test_no_such_pci_device(self):
    self.says(config("net_ring0", "0000:ff:1f.7"), "inside: there is no PCI device 0000:ff:1f.7", "`dpdk-devbind.py")

  def test_no_such_capture(self):
    self.says(config("net_pcap0,rx_pcap=nowhere.pcap", "net_ring0"), "cannot read the capture nowhere.pcap")

  def test_no_such_folder_for_a_socket(self):
    self.says(config("net_memif0,role=server,socket=/nowhere/a.sock,socket-abstract=no", "net_ring0"), "outside",
              "there is no folder .*`mkdir -p /nowhere`")
    self.says(config("net_vhost0,iface=/nowhere/a.sock", "net_ring0"), "outside", "there is no folder .*`mkdir -p /nowhere`")

  def test_another_one_has_the_socket(self):
    for pair in (pairs.memif(self.folder), pairs.vhost(self.folder)):
      daemon = self.picketd(*pair.picketd)
      with tempfile.TemporaryDirectory(prefix="pkdev-") as other:
        self.assertRegex(programs.refused_start(other, config(*pair.picketd)), "another process has .*outside.sock.*`ss ")
      daemon.stop()

  def test_nobody_at_the_socket(self):
    self.says(config(f"net_memif0,role=client,socket={self.folder}/a.sock,socket-abstract=no", "net_ring0"), "outside",
              "nobody listens at .*a.sock", "start the other side first")
    self.says(config(f"net_virtio_user0,path={self.folder}/a.sock", "net_ring0"), "outside",
              "nobody listens at .*a.sock", "start the other side first")

  def test_too_few_queues(self):
    wires.add_veths()
    text = config("net_af_packet0,iface=pkdev-o", "net_af_packet1,iface=pkdev-i", workers=2, affinity="rss")
    self.says(text, "1 rx queues, 2 are needed", "qpairs=2", namespace=wires.BOX)

  def test_bad_config(self):
    self.says(config("net_ring0", "net_ring1", nonsense=1), r"picket.toml:\d+:\d+: link.nonsense: unknown key", code=2)
    self.says("[[link]]\nname = ", r"picket.toml:\d", code=2)

  def test_core_that_is_not_there(self):
    self.says(config("net_ring0", "net_ring1"), "worker core 999", "taskset", arguments=("--cores", "999"))

  def test_too_little_memory_without_huge_pages(self):
    self.says(config("net_ring0", "net_ring1", mbufs=100_000), "raise --memory-mib",
              arguments=("--memory-mib", "32"))


class AfterACrash(DeviceTest):
  def test_sockets_left_behind_are_no_obstacle(self):
    for pair in (pairs.memif(self.folder), pairs.vhost(self.folder)):
      self.picketd(*pair.picketd).kill()
      daemon = self.picketd(*pair.picketd)
      self.assert_whole(self.exchange(pair.peer, "--send", COUNT))
      daemon.stop()


class NoHugePages(DeviceTest):
  def test_memory_is_enough_for_many_workers_and_jumbo_frames(self):
    self.picketd("net_ring0", "net_ring1", link={"workers": 8, "mtu": 9202}).stop()


class HugePages(DeviceTest):
  def test_the_command_of_the_message_mends_it(self):
    with hugepages.exactly(0):
      errors = refused_start(self.folder, config("net_ring0", "net_ring1"), huge=True)
      self.assertRegex(errors, r"needs \d+ MiB of huge pages, 0 MiB are free")
      self.assertIn("--no-huge", errors)
      command = re.search(r"`(echo \d+ > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages)`", errors)
      self.assertIsNotNone(command, errors)
      with hugepages.reserved(self, count=0):
        subprocess.run(["sh", "-c", command.group(1)], check=True)
        self.picketd("net_ring0", "net_ring1", huge=True).stop()


class Nobody(DeviceTest):
  """picketd without rights."""

  def refused(self, outside, *parts, **options):
    """A copy that this user may run, wherever the build directory is."""
    self.folder.chmod(0o777)
    errors = refused_start(self.folder, config(outside, "net_ring0"), user=NOBODY, group=NOBODY, extra_groups=[], **options)
    for part in parts:
      self.assertRegex(errors, part)

  def setUp(self):
    super().setUp()
    shutil.copy(programs.PICKETD, self.folder / "picketd")
    binary, programs.PICKETD = programs.PICKETD, str(self.folder / "picketd")
    self.addCleanup(setattr, programs, "PICKETD", binary)

  def test_packet_socket(self):
    self.refused("net_af_packet0,iface=lo", "needs the capability CAP_NET_RAW", "setcap")

  def test_tap(self):
    self.refused("net_tap0", "needs the capability CAP_NET_ADMIN", "setcap")

  def test_socket_in_a_folder_of_root(self):
    os.mkdir(self.folder / "mine", 0o700)
    self.refused(f"net_vhost0,iface={self.folder}/mine/a.sock", "cannot make the socket", "Permission denied", "run as the owner")

  def test_rings_need_no_rights(self):
    self.folder.chmod(0o777)
    self.picketd("net_ring0", "net_ring1", user=NOBODY, group=NOBODY, extra_groups=[]).stop()
