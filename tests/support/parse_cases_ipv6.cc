// SPDX-License-Identifier: Apache-2.0
#include "tests/support/parse_cases.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

constexpr uint8_t kHopByHop = 0;
constexpr uint8_t kRouting = 43;
constexpr uint8_t kDestinationOptions = 60;

Frame UdpOver(const Ipv6Fields& fields) { return Packet().Ipv6(fields).Udp().Raw("x"); }

// `count` destination options headers, then UDP.
Frame UdpBehind(size_t count) {
  Packet packet = Packet().Ipv6();
  for (size_t i = 0; i < count; ++i) packet.Extension();
  return packet.Udp();
}

Frame UdpPiece(size_t bytes, const Fragment6Fields& fields) {
  Packet packet = Packet().Ipv6().Fragment6(fields);
  return fields.fragment_offset == 0 ? packet.Udp({.length = 2000}).Zeros(bytes - 8) : packet.Next(17).Zeros(bytes);
}

Frame RoutedBy(uint8_t type) { return Packet().Ipv6().Extension({kRouting, {type, 0, 0, 0, 0, 0}}).Udp(); }

Frame Discovery(uint8_t type, uint8_t hop_limit) {
  return Packet()
      .Ipv6({.source = "fe80::1", .destination = "ff02::1", .hop_limit = hop_limit})
      .Icmp6({.type = type})
      .Zeros(16);
}

std::vector<ParseCase> HeaderCases() {
  const Frame udp = UdpOver({});
  const Frame extended = UdpBehind(1);
  return {
      {Reason::kIpv6Truncated, "39 bytes of header", udp.SentShort(53), udp.SentShort(54),
       Reason::kIpv6BadPayloadLength},
      {Reason::kIpv6Truncated, "39 bytes of header captured", udp.CutByCapture(53), udp.CutByCapture(54),
       Reason::kUdpTruncated},
      {Reason::kIpv6Truncated, "an extension header cut by the capture", extended.CutByCapture(61),
       extended.CutByCapture(62), Reason::kUdpTruncated},
      {Reason::kIpv6BadPayloadLength, "a payload one beyond the frame", UdpOver({.payload_bytes = 10}),
       UdpOver({.payload_bytes = 9})},
      {Reason::kIpv6BadPayloadLength, "an extension header cut by the payload length",
       Packet().Ipv6({.payload_bytes = 7}).Extension().Udp(), Packet().Ipv6({.payload_bytes = 8}).Extension().Udp(),
       Reason::kUdpTruncated},
      {Reason::kIpv6BadPayloadLength, "an extension header longer than the payload",
       Packet().Ipv6().Extension({.length = 2}).Udp(),
       Packet().Ipv6().Extension({.length = 1, .next_header = 59}).Udp()},
      {Reason::kIpBadSource, "a multicast source", UdpOver({.source = "ff02::1"}), UdpOver({.source = "feff::1"})},
      {Reason::kLand, "the same address twice", UdpOver({.destination = "2001:db8::1"}),
       UdpOver({.destination = "2001:db8::2"})},
      {Reason::kLand, "the same address next to loopback", UdpOver({.source = "::2", .destination = "::2"}),
       UdpOver({.source = "::1", .destination = "::1"})},
  };
}

std::vector<ParseCase> ExtensionCases() {
  Packet nine = Packet().Ipv6({.next_header = kDestinationOptions});
  for (int i = 0; i < 8; ++i) nine.Extension({.next_header = kDestinationOptions});
  return {
      {Reason::kIpv6TooManyHeaders, "nine extension headers", UdpBehind(9), UdpBehind(8)},
      {Reason::kIpv6TooManyHeaders, "a ninth that is not there", nine, UdpBehind(8)},
      {Reason::kIpv6HeaderOrder, "hop-by-hop options in second place",
       Packet().Ipv6().Extension().Extension({.type = kHopByHop}).Udp(),
       Packet().Ipv6().Extension({.type = kHopByHop}).Extension().Udp()},
      {Reason::kIpv6HeaderOrder, "hop-by-hop options twice",
       Packet().Ipv6().Extension({.type = kHopByHop}).Extension({.type = kHopByHop}).Udp(),
       Packet().Ipv6().Extension({.type = kHopByHop}).Udp()},
      {Reason::kIpv6RoutingType0, "routing type 0", RoutedBy(0), RoutedBy(2)},
      {Reason::kIpv6RoutingType0, "routing type 0 ahead of what is cut",
       Packet().Ipv6({.payload_bytes = 8}).Extension({kRouting, {0, 0, 0, 0, 0, 0}}).Udp(),
       Packet().Ipv6({.payload_bytes = 8}).Extension({kRouting, {3, 0, 0, 0, 0, 0}}).Udp(), Reason::kUdpTruncated},
      {Reason::kNeighborDiscovery, "a router solicitation", Discovery(133, 255), Discovery(132, 255)},
      {Reason::kNeighborDiscovery, "a redirect", Discovery(137, 255), Discovery(138, 255)},
      {Reason::kNeighborDiscovery, "a neighbor solicitation", Discovery(135, 255), Discovery(135, 254)},
      {Reason::kNeighborDiscovery, "a router advertisement behind options",
       Packet().Ipv6({.hop_limit = 255}).Extension().Icmp6({.type = 134}),
       Packet().Ipv6({.hop_limit = 255}).Fragment6().Icmp6({.type = 134})},
  };
}

std::vector<ParseCase> FragmentCases() {
  const Fragment6Fields first{.more_fragments = true};
  return {
      {Reason::kFragTiny, "a first fragment with 16 bytes of TCP", Packet().Ipv6().Fragment6(first).Next(6).Zeros(16),
       Packet().Ipv6().Fragment6(first).Tcp().Zeros(4)},
      {Reason::kFragTiny, "a first fragment that ends inside an extension header",
       Packet().Ipv6().Fragment6(first).Extension({.length = 1}),
       Packet().Ipv6().Fragment6(first).Extension({.next_header = 59})},
      {Reason::kFragTiny, "a first fragment that ends before its extension header",
       Packet().Ipv6().Fragment6({.more_fragments = true, .next_header = kDestinationOptions}).Zeros(0),
       Packet().Ipv6().Fragment6({.next_header = kDestinationOptions}), Reason::kIpv6BadPayloadLength},
      {Reason::kFragTiny, "a first fragment without a byte of UDP",
       Packet().Ipv6().Fragment6(first).Extension().Next(17),
       Packet().Ipv6().Fragment6(first).Extension().Udp({.length = 99})},
      {Reason::kFragTiny, "a first fragment without a byte of ICMPv6",
       Packet().Ipv6().Fragment6(first).Extension().Next(58), Packet().Ipv6().Fragment6(first).Extension().Icmp6()},
      {Reason::kFragBadLength, "13 bytes with more to come", UdpPiece(13, first), UdpPiece(16, first)},
      {Reason::kFragBadLength, "a later fragment without data", UdpPiece(0, {.fragment_offset = 16}),
       UdpPiece(1, {.fragment_offset = 16})},
      {Reason::kFragBadLength, "a first fragment without data", Packet().Ipv6().Fragment6(first),
       Packet().Ipv6().Fragment6()},
      {Reason::kFragTooLong, "an end at 65,536", UdpPiece(8, {.fragment_offset = 65'528}),
       UdpPiece(7, {.fragment_offset = 65'528})},
      {Reason::kFragTwice, "two fragment headers", Packet().Ipv6().Fragment6().Fragment6().Udp(),
       Packet().Ipv6().Fragment6().Udp()},
      {Reason::kFragTwice, "more than two fragment headers",
       Packet().Ipv6().Fragment6(first).Fragment6().Fragment6().Udp(),
       Packet().Ipv6().Fragment6({.fragment_offset = 8, .next_header = 44}).Fragment6().Fragment6().Udp()},
  };
}

}  // namespace

Frame MaximalIpv6() {
  Packet packet = Packet().Vlan(7, 0x88a8).Vlan(9).Ipv6();
  packet.Extension({.type = kHopByHop, .body = Bytes(14, 0)}).Extension().Extension({kRouting, {2, 0, 0, 0, 0, 0}});
  packet.Fragment6().Extension({.type = 51, .body = Bytes(10, 0)}).Extension({.type = 135}).Extension({.type = 139});
  return packet.Extension().Tcp({.options = Bytes(40, 1)}).Raw("GET / HTTP/1.1");
}

std::vector<ParseCase> Ipv6Cases() {
  std::vector<ParseCase> cases = HeaderCases();
  for (const std::vector<ParseCase>& more : {ExtensionCases(), FragmentCases()}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

}  // namespace picket
