// SPDX-License-Identifier: Apache-2.0
#include "tests/support/parse_cases.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

Packet Over(Family family) { return family == Family::kIpv4 ? Packet().Ipv4() : Packet().Ipv6(); }

// A packet of `protocol` whose IP payload is `bytes` zeros.
Frame Only(Family family, uint8_t protocol, size_t bytes) { return Over(family).Next(protocol).Zeros(bytes); }

Frame TcpWith(Family family, const Bytes& options) { return Over(family).Tcp({.options = options}).Raw("x"); }

std::vector<ParseCase> TcpCases(Family family) {
  const Frame options = TcpWith(family, Bytes(4, 1));
  const size_t whole = options.bytes.size() - 1;
  return {
      {Reason::kTcpTruncated, "19 bytes of TCP", Only(family, 6, 19), Only(family, 6, 20), Reason::kTcpBadHeaderLength},
      {Reason::kTcpTruncated, "TCP options cut by the capture", options.CutByCapture(whole - 1),
       options.CutByCapture(whole)},
      {Reason::kTcpBadHeaderLength, "a TCP header of 16 bytes", Over(family).Tcp({.header_words = 4}),
       Over(family).Tcp({.header_words = 5})},
      {Reason::kTcpBadHeaderLength, "a TCP header longer than the segment",
       Over(family).Tcp({.header_words = 6}).Zeros(3), Over(family).Tcp({.header_words = 6}).Zeros(4)},
      {Reason::kTcpBadOption, "a TCP option of length 0", TcpWith(family, {2, 0, 5, 180}),
       TcpWith(family, {2, 4, 5, 180})},
      {Reason::kTcpBadOption, "a TCP option of length 1", TcpWith(family, {8, 1, 0, 0}), TcpWith(family, {8, 2, 0, 0})},
      {Reason::kTcpBadOption, "a TCP option one byte too long", TcpWith(family, {2, 5, 5, 180}),
       TcpWith(family, {1, 3, 3, 7})},
      {Reason::kTcpBadOption, "a TCP option without its length", TcpWith(family, {1, 1, 1, 2}),
       TcpWith(family, {1, 1, 0, 2})},
      {Reason::kPortZero, "TCP from port 0", Over(family).Tcp({.source_port = 0}),
       Over(family).Tcp({.source_port = 1})},
      {Reason::kPortZero, "TCP to port 0", Over(family).Tcp({.destination_port = 0}),
       Over(family).Tcp({.destination_port = 0xffff})},
  };
}

std::vector<ParseCase> UdpCases(Family family) {
  const Frame udp = Over(family).Udp().Raw("x");
  const size_t whole = udp.bytes.size() - 1;
  return {
      {Reason::kUdpTruncated, "7 bytes of UDP", Only(family, 17, 7), Over(family).Udp()},
      {Reason::kUdpTruncated, "UDP cut by the capture", udp.CutByCapture(whole - 1), udp.CutByCapture(whole)},
      {Reason::kUdpBadLength, "a UDP length of 7", Over(family).Udp({.length = 7}), Over(family).Udp({.length = 8})},
      {Reason::kUdpBadLength, "a UDP length of 0", Over(family).Udp({.length = 0}), Over(family).Udp()},
      {Reason::kUdpBadLength, "a UDP length one beyond the payload", Over(family).Udp({.length = 13}).Zeros(4),
       Over(family).Udp({.length = 12}).Zeros(4)},
      {Reason::kUdpNoSourcePort, "UDP from port 0", Over(family).Udp({.source_port = 0}),
       Over(family).Udp({.source_port = 1})},
      {Reason::kPortZero, "UDP from and to port 0", Over(family).Udp({.source_port = 0, .destination_port = 0}),
       Over(family).Udp({.source_port = 0}), Reason::kUdpNoSourcePort},
      {Reason::kPortZero, "UDP to port 0", Over(family).Udp({.destination_port = 0}),
       Over(family).Udp({.destination_port = 1})},
  };
}

Frame EveryProtocol(LinkLayer link_layer, Family family, uint8_t protocol) {
  Packet packet(link_layer);
  if (family == Family::kIpv4) {
    packet.Ipv4({.protocol = protocol});
  } else {
    packet.Ipv6({.next_header = protocol});
  }
  return packet.Zeros(32);
}

}  // namespace

std::vector<ParseCase> TransportCases() {
  std::vector<ParseCase> cases = {
      {Reason::kIcmpTruncated, "7 bytes of ICMP", Only(Family::kIpv4, 1, 7), Only(Family::kIpv4, 1, 8)},
      {Reason::kIcmpTruncated, "3 bytes of ICMPv6", Only(Family::kIpv6, 58, 3), Only(Family::kIpv6, 58, 4)},
      {Reason::kIcmpTruncated, "no bytes of ICMP", Only(Family::kIpv4, 1, 0), Only(Family::kIpv4, 58, 0)},
  };
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (const std::vector<ParseCase>& more : {TcpCases(family), UdpCases(family)}) {
      cases.insert(cases.end(), more.begin(), more.end());
    }
  }
  return cases;
}

std::vector<ParseCase> AllParseCases() {
  std::vector<ParseCase> cases = LinkCases();
  for (const std::vector<ParseCase>& more : {Ipv4Cases(), Ipv6Cases(), TransportCases()}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

std::vector<Frame> SoundFrames() {
  std::vector<Frame> frames = {MaximalIpv4(), MaximalIpv6()};
  for (const LinkLayer link : {LinkLayer::kEthernet, LinkLayer::kRawIp, LinkLayer::kLinuxCooked,
                               LinkLayer::kLinuxCooked2, LinkLayer::kBsdLoopback}) {
    frames.push_back(Packet(link).Ipv4().Tcp().Raw("payload"));
    frames.push_back(Packet(link).Ipv4().Udp().Raw("payload"));
    frames.push_back(Packet(link).Ipv4().Icmp().Raw("payload"));
    frames.push_back(Packet(link).Ipv6().Tcp().Raw("payload"));
    frames.push_back(Packet(link).Ipv6().Udp().Raw("payload"));
    frames.push_back(Packet(link).Ipv6().Icmp6().Raw("payload"));
    for (const uint8_t protocol : Bytes{47, 50, 132, 253}) {
      frames.push_back(EveryProtocol(link, Family::kIpv4, protocol));
      frames.push_back(EveryProtocol(link, Family::kIpv6, protocol));
    }
  }
  return frames;
}

}  // namespace picket
