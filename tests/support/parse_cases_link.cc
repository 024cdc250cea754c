// SPDX-License-Identifier: Apache-2.0
#include "tests/support/parse_cases.h"

namespace picket {
namespace {

constexpr uint16_t kArp = 0x0806;
constexpr uint16_t kLldp = 0x88cc;
constexpr uint16_t kUnknown = 0x88b5;  // IEEE 802: local experiments

PacketBuilder UdpIn(PacketBuilder packet) { return packet.Ipv4().Udp().Raw("x"); }
PacketBuilder Ethernet(uint16_t ethertype) { return PacketBuilder().Next(ethertype).Zeros(46); }

}  // namespace

std::vector<ParseCase> LinkCases() {
  using Packet = PacketBuilder;
  const Frame udp = UdpIn(Packet());
  const Frame cooked = UdpIn(Packet(LinkLayer::kLinuxCooked));
  const Frame cooked2 = UdpIn(Packet(LinkLayer::kLinuxCooked2));
  const Frame tagged = UdpIn(Packet().Vlan());
  const Frame tagged_twice = UdpIn(Packet().Vlan(1, 0x88a8).Vlan());
  return {
      {Reason::kArp, "ARP", Ethernet(kArp), Ethernet(kUnknown), Reason::kUnknownEthertype},
      {Reason::kArp, "ARP behind a tag", Packet().Vlan().Next(kArp), tagged},
      {Reason::kLldp, "LLDP", Ethernet(kLldp), Ethernet(kLldp + 1), Reason::kUnknownEthertype},
      {Reason::kUnknownEthertype, "an unknown ethertype", Ethernet(kUnknown), udp},
      {Reason::kUnknownEthertype, "an 802.3 length instead of an ethertype", Ethernet(46), udp},
      {Reason::kEthernetTruncated, "an empty frame", Frame(), udp},
      {Reason::kEthernetTruncated, "13 bytes of Ethernet", udp.SentShort(13), udp.SentShort(14),
       Reason::kIpv4Truncated},
      {Reason::kEthernetTruncated, "15 bytes of SLL", cooked.SentShort(15), cooked.SentShort(16),
       Reason::kIpv4Truncated},
      {Reason::kEthernetTruncated, "19 bytes of SLL2", cooked2.SentShort(19), cooked2.SentShort(20),
       Reason::kIpv4Truncated},
      {Reason::kEthernetTruncated, "raw IP without a byte", Frame({}, LinkLayer::kRawIp),
       Frame({0x45}, LinkLayer::kRawIp), Reason::kIpv4Truncated},
      {Reason::kEthernetTruncated, "4 bytes of BSD loopback", Frame({2, 0, 0, 0}, LinkLayer::kBsdLoopback),
       Frame({2, 0, 0, 0, 0x45}, LinkLayer::kBsdLoopback), Reason::kIpv4Truncated},
      {Reason::kVlanTruncated, "3 bytes of a tag", tagged.SentShort(17), tagged.SentShort(18), Reason::kIpv4Truncated},
      {Reason::kVlanTruncated, "3 bytes of a second tag", tagged_twice.CutByCapture(21), tagged_twice.CutByCapture(22),
       Reason::kIpv4Truncated},
      {Reason::kVlanTooDeep, "three tags", UdpIn(Packet().Vlan(1, 0x88a8).Vlan().Vlan()), tagged_twice},
      {Reason::kVlanTooDeep, "a third tag that is not there", Packet().Vlan().Vlan().Next(0x9100),
       Packet().Vlan().Vlan().Next(kArp), Reason::kArp},
      {Reason::kIpBadVersion, "version 6 under the ethertype of IPv4", Packet().Ipv4({.version = 6}).Udp(),
       Packet().Ipv4({.version = 4}).Udp()},
      {Reason::kIpBadVersion, "version 4 under the ethertype of IPv6", Packet().Ipv6({.version = 4}).Udp(),
       Packet().Ipv6({.version = 6}).Udp()},
      {Reason::kIpBadVersion, "raw IP of version 5", Packet(LinkLayer::kRawIp).Ipv4({.version = 5}).Udp(),
       Packet(LinkLayer::kRawIp).Ipv4().Udp()},
  };
}

}  // namespace picket
