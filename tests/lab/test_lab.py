# SPDX-License-Identifier: Apache-2.0
"""The lab itself, with the kernel's bridge in the appliance's place: what the other tests rely on."""
import json
import socket

from labtest import INNER, LabTest, long_only
from packets import ICMP, datagram, ether, ip, syn
import clients
import lab
import namespaces as ns
import network
import scanners
import topology as t

DELAY_MS = 10


class Lab(LabTest):
  def setUp(self):
    super().setUp()
    lab.up(bridge=True)
    self.addCleanup(lab.up)

  def test_up_twice_keeps_what_is_there(self):
    before = lab.STATE_FILE.read_text()
    lab.up(bridge=True)
    self.assertEqual(lab.STATE_FILE.read_text(), before)

  def test_no_offload_is_on(self):
    self.assertEqual([network.wrong_offloads(*end) for end in network.ends()], [[]] * 4)

  def test_the_truth_file_says_what_a_scan_finds(self):
    hosts = json.loads(lab.TRUTH_FILE.read_text())["hosts"]
    written = {(address, "tcp", port) for address, ports in hosts.items() if ":" not in address
               for port in ports["tcp"]}
    self.assertEqual(written, scanners.truth())
    self.assertEqual(scanners.masscan(t.outsider(80)).run().found, written)

  def test_dark_addresses_are_silent(self):
    dark = t.host(200)
    with ns.inside(t.OUTSIDE):
      asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with asker:
      asker.connect((dark, 53))
      asker.settimeout(0.3)
      asker.send(b"anyone?")
      self.assertRaises(TimeoutError, asker.recv, 100)  # an ICMP error would be ConnectionRefusedError
      asker.connect((INNER, 9))
      asker.send(b"anyone?")
      self.assertRaises(ConnectionRefusedError, asker.recv, 100)

  def test_peers_are_heard_by_nobody_but_each_other(self):
    frames = [syn(t.outsider(70), INNER), datagram(t.outsider(70), INNER),
              ether() / ip(t.outsider(70), INNER) / ICMP()]
    self.assert_passes(frames)
    self.assert_passes([], outward=True)

  @long_only
  def test_the_relay_delays_and_loses(self):
    lab.up(delay_ms=DELAY_MS, loss=10, bridge=True)
    requests = clients.ask(200, timeout_s=0.2)
    self.assertGreater(requests.median(), 2 * DELAY_MS / 1000)
    self.assertLess(requests.median(), 4 * DELAY_MS / 1000)
    self.assertGreater(len(requests.failures), 10)
    self.assertLess(len(requests.failures), 80)
