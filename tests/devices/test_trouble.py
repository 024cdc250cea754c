# SPDX-License-Identifier: Apache-2.0
"""Peers that go and come back, links that flap, memory and queues that run out: counted, recovered, nothing leaks."""
import frames
import pairs
import programs
import wires
from devicetest import COUNT, DeviceTest
from programs import until

FLAPS = 100


class PeerLeaves(DeviceTest):
  """The peer is killed in the middle of a flood, many times. A new one finds the link as it was."""

  def through(self, pair, times):
    daemon = self.picketd(*pair.picketd)
    for _ in range(times):
      before = daemon.stats()["ledger"]["received"]
      flood = self.peer("rate", pair.peer, "--seconds", "60")
      until(lambda: daemon.stats()["ledger"]["received"] > before + COUNT, "the flood arrives")
      flood.kill()
      daemon.stats()
    self.assert_whole(self.exchange(pair.peer, "--send", COUNT))
    link = daemon.stop()
    self.assertGreater(link["ledger"]["received"], times * COUNT)
    self.assertEqual(link["verdicts"]["pass"], link["packets"])

  def test_memif(self):
    self.through(pairs.memif(self.folder), times=60 if programs.LONG else 15)

  def test_vhost(self):
    self.through(pairs.vhost(self.folder), times=20 if programs.LONG else 4)

  def stop_under_load(self, make_pair, times):
    """picketd is stopped while the peer sends: it ends in order, and says what it has forwarded."""
    for _ in range(times):
      pair = make_pair(self.folder)
      daemon = self.picketd(*pair.picketd)
      flood = self.peer("rate", pair.peer, "--seconds", "60")
      until(lambda: daemon.stats()["ledger"]["received"] > COUNT, "the flood arrives")  # pylint: disable=cell-var-from-loop
      self.assertGreater(daemon.stop()["ledger"]["received"], COUNT)
      flood.kill()

  def test_stop_under_load_memif(self):
    self.stop_under_load(pairs.memif, times=60 if programs.LONG else 10)

  def test_stop_under_load_vhost(self):
    self.stop_under_load(pairs.vhost, times=10 if programs.LONG else 2)

  def test_one_side_only(self):
    """While nobody is there inside, what comes from outside is lost, and counted as lost."""
    pair = pairs.memif(self.folder)
    daemon = self.picketd(*pair.picketd)
    inside = self.peer("rate", pair.peer[1:], "--rate", "1", "--seconds", "60", "--flow", "in").ready()
    outside = self.peer("rate", pair.peer[:1], "--rate", "20000", "--seconds", "60", "--flow", "in")
    until(lambda: daemon.stats()["ports"]["inside"]["transmitted"] > 100, "forwarding")
    inside.kill()
    until(lambda: daemon.stats()["ports"]["inside"]["link"] == "down", "the inside port is seen to be down")
    lost = daemon.stats()["ledger"]["lost"]
    until(lambda: daemon.stats()["ledger"]["lost"] > lost + 100, "loss is counted")
    outside.process.terminate()
    outside.wait(10)
    self.assert_whole(self.exchange(pair.peer, "--send", COUNT))
    daemon.stop()


class Refused(DeviceTest):
  """Devices that take nothing more, and a pool without buffers."""

  def test_tx_refuses(self):
    pair = pairs.memif(self.folder)
    daemon = self.picketd(*pair.picketd)
    result = self.exchange(pair.peer, "--seconds", "1.5", "--receive-after-s", "1", command="rate")
    self.assertFalse(result["complete"])
    self.assert_whole(self.exchange(pair.peer, "--send", COUNT))
    link = daemon.stop()
    self.assertGreater(link["ports"]["inside"]["lost"], 0)
    self.assertGreater(link["ports"]["outside"]["lost"], 0)
    for way, port in (("in", "inside"), ("out", "outside")):
      arrived = result["directions"][way]["received"] + COUNT
      self.assertEqual(arrived, link["ports"][port]["transmitted"], link["ports"])

  def test_pool_exhausted(self):
    """Each ring of virtio-user takes up to 1,024 buffers: while nobody reads what is sent, 3,300 are too few for the four
    rings of the link and enough for three."""
    pair = pairs.virtio_user(self.folder)
    peer = self.peer("rate", pair.peer, "--seconds", "4", "--receive-after-s", "3", "--settle-ms", "1000").ready()
    daemon = self.picketd(*pair.picketd, link={"mbufs": 3300})
    until(lambda: sum(port["no_mbuf"] for port in daemon.stats()["ports"].values()) > 0, "no buffers, and it is counted")
    result = peer.result()
    link = daemon.stop()
    for way, port in (("in", "inside"), ("out", "outside")):
      self.assertGreater(result["directions"][way]["received"], 10 * COUNT)
      self.assertEqual(result["directions"][way]["altered"] + result["directions"][way]["duplicated"], 0)
      self.assertLessEqual(result["directions"][way]["received"], link["ports"][port]["transmitted"])


class LinkState(DeviceTest):
  """What happens to one side's link happens to the other's, where the device can."""

  def flap(self, daemon, place, name, times):
    for _ in range(times):
      wires.set_link(place, name, False)
      wires.set_link(place, name, True)
    until(lambda: all(port["link"] == "up" for port in daemon.stats()["ports"].values()), "both links up again")

  def test_tap_follows_the_other_side(self):
    wires.add_namespaces()
    taps = ("pkdev-t0", "pkdev-t1")
    daemon = self.picketd("net_tap0,iface=pkdev-t0", "net_tap1,iface=pkdev-t1", namespace=wires.BOX)
    for down, follower in (taps, taps[::-1]):
      wires.set_link(wires.BOX, down, False)
      until(lambda f=follower: not wires.is_up(wires.BOX, f), f"{follower} goes down with {down}")
      wires.set_link(wires.BOX, down, True)
      until(lambda f=follower: wires.is_up(wires.BOX, f), f"{follower} comes up with {down}")
    self.assertEqual(daemon.stats()["link_state_changes"], 4)
    with wires.Hosts(wires.BOX, *taps) as hosts:
      inside, _ = hosts.swap(frames.many(COUNT, True), [])
    self.assertEqual(len(inside), COUNT)
    daemon.stop()

  def test_propagation_switched_off(self):
    wires.add_namespaces()
    daemon = self.picketd("net_tap0,iface=pkdev-t0", "net_tap1,iface=pkdev-t1", namespace=wires.BOX,
                          link={"propagate_link_state": False})
    wires.set_link(wires.BOX, "pkdev-t0", False)
    until(lambda: daemon.stats()["ports"]["outside"]["link"] == "down", "seen")
    self.assertTrue(wires.is_up(wires.BOX, "pkdev-t1"))
    self.assertEqual(daemon.stop()["link_state_changes"], 0)

  def test_veth_down_and_up_100_times(self):
    wires.add_veths()
    daemon = self.picketd(f"net_af_packet0,iface={wires.OUTSIDE}", f"net_af_packet1,iface={wires.INSIDE}",
                          namespace=wires.BOX)
    with wires.Hosts() as hosts:
      self.flap(daemon, wires.HOSTS, wires.OUTSIDE, FLAPS)
      until(lambda: all(wires.is_up(wires.HOSTS, name) for name in (wires.OUTSIDE, wires.INSIDE)), "carrier")
      before = daemon.stats()["ledger"]
      sent = frames.many(COUNT, True)
      inside, outside = hosts.swap(sent, frames.many(COUNT, False))
      self.assertEqual((len(inside), len(outside)), (COUNT, COUNT))
    link = daemon.stop()
    self.assertEqual(link["ledger"]["received"] - before["received"], 2 * COUNT)

  def test_tap_down_and_up_100_times(self):
    wires.add_namespaces()
    daemon = self.picketd("net_tap0,iface=pkdev-t0", "net_tap1,iface=pkdev-t1", namespace=wires.BOX)
    self.flap(daemon, wires.BOX, "pkdev-t0", FLAPS)
    with wires.Hosts(wires.BOX, "pkdev-t0", "pkdev-t1") as hosts:
      inside, outside = hosts.swap(frames.many(COUNT, True), frames.many(COUNT, False))
    self.assertEqual((len(inside), len(outside)), (COUNT, COUNT))
    daemon.stop()
