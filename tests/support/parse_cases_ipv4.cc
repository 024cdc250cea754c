// SPDX-License-Identifier: Apache-2.0
#include "tests/support/parse_cases.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

Frame UdpOver(const Ipv4Fields& fields) { return Packet().Ipv4(fields).Udp().Raw("x"); }

// A fragment with `bytes` of UDP, header included, or of nothing in particular.
Frame UdpPiece(size_t bytes, const Ipv4Fields& fields) {
  Packet packet = Packet().Ipv4(fields);
  return fields.fragment_offset == 0 ? packet.Udp({.length = 2000}).Zeros(bytes - 8) : packet.Next(17).Zeros(bytes);
}

std::vector<ParseCase> HeaderCases() {
  const Frame udp = UdpOver({});
  const Frame options = UdpOver({.options = Bytes(4, 1)});
  return {
      {Reason::kIpv4Truncated, "19 bytes of header", udp.CutByCapture(33), udp.CutByCapture(34), Reason::kUdpTruncated},
      {Reason::kIpv4Truncated, "options cut by the capture", options.CutByCapture(37), options.CutByCapture(38),
       Reason::kUdpTruncated},
      {Reason::kIpv4BadHeaderLength, "a header of 16 bytes", UdpOver({.header_words = 4}),
       UdpOver({.header_words = 5})},
      {Reason::kIpv4BadTotalLength, "a total length below the header's", UdpOver({.total_bytes = 19}),
       UdpOver({.total_bytes = 20}), Reason::kUdpTruncated},
      {Reason::kIpv4BadTotalLength, "a total length one beyond the frame", UdpOver({.total_bytes = 30}),
       UdpOver({.total_bytes = 29})},
      {Reason::kIpv4BadTotalLength, "a total length of 0", UdpOver({.total_bytes = 0}), udp},
      {Reason::kIpBadSource, "a multicast source", UdpOver({.source = "224.0.0.0"}),
       UdpOver({.source = "223.255.255.255"})},
      {Reason::kIpBadSource, "the last multicast source", UdpOver({.source = "239.255.255.255"}),
       UdpOver({.source = "240.0.0.0"})},
      {Reason::kIpBadSource, "the broadcast source", UdpOver({.source = "255.255.255.255"}),
       UdpOver({.source = "255.255.255.254"})},
      {Reason::kLand, "the same address twice", UdpOver({.destination = "192.0.2.1"}),
       UdpOver({.destination = "192.0.2.0"})},
      {Reason::kLand, "the same address just below loopback",
       UdpOver({.source = "126.255.255.255", .destination = "126.255.255.255"}),
       UdpOver({.source = "127.0.0.0", .destination = "127.0.0.0"})},
  };
}

std::vector<ParseCase> OptionCases() {
  const Frame record_route = UdpOver({.options = {7, 7, 4, 0, 0, 0, 0, 0}});
  return {
      {Reason::kIpv4BadOption, "an option of length 0", UdpOver({.options = {7, 0, 4, 0}}),
       UdpOver({.options = {7, 3, 4, 0}})},
      {Reason::kIpv4BadOption, "an option of length 1", UdpOver({.options = {7, 1, 4, 0}}),
       UdpOver({.options = {7, 2, 0, 0}})},
      {Reason::kIpv4BadOption, "an option one byte too long", UdpOver({.options = {7, 5, 4, 0}}),
       UdpOver({.options = {7, 4, 4, 0}})},
      {Reason::kIpv4BadOption, "an option without its length", UdpOver({.options = {1, 1, 1, 7}}),
       UdpOver({.options = {1, 1, 0, 7}})},
      {Reason::kIpv4SourceRoute, "a loose source route", UdpOver({.options = {131, 7, 4, 198, 51, 100, 9, 0}}),
       record_route},
      {Reason::kIpv4SourceRoute, "a strict source route behind two no-operations",
       UdpOver({.options = {1, 1, 137, 6, 4, 0, 0, 0}}), UdpOver({.options = {1, 0, 137, 6, 4, 0, 0, 0}})},
      {Reason::kIpv4SourceRoute, "a source route ahead of a bad option", UdpOver({.options = {131, 3, 4, 7}}),
       UdpOver({.options = {131, 5, 4, 7}}), Reason::kIpv4BadOption},
  };
}

std::vector<ParseCase> FragmentCases() {
  const Ipv4Fields first{.more_fragments = true};
  return {
      {Reason::kFragTiny, "a first fragment with 16 bytes of TCP",
       Packet().Ipv4({.more_fragments = true, .protocol = 6}).Zeros(16),
       Packet().Ipv4({.more_fragments = true}).Tcp().Zeros(4)},
      {Reason::kFragTiny, "a first fragment without all TCP options",
       Packet().Ipv4({.more_fragments = true}).Tcp({.header_words = 7}).Zeros(4),
       Packet().Ipv4({.more_fragments = true}).Tcp({.header_words = 6}).Zeros(4)},
      {Reason::kFragTiny, "TCP at offset 8", Packet().Ipv4({.fragment_offset = 8, .protocol = 6}).Zeros(16),
       Packet().Ipv4({.fragment_offset = 16, .protocol = 6}).Zeros(16)},
      {Reason::kFragTiny, "TCP at offset 8, in the middle",
       Packet().Ipv4({.fragment_offset = 8, .more_fragments = true, .protocol = 6}).Zeros(16),
       UdpPiece(16, {.fragment_offset = 8, .more_fragments = true})},
      {Reason::kFragBadLength, "7 bytes of UDP with more to come",
       Packet().Ipv4({.more_fragments = true, .protocol = 17}).Zeros(7), UdpPiece(8, first)},
      {Reason::kFragBadLength, "no bytes of ICMP with more to come",
       Packet().Ipv4({.more_fragments = true, .protocol = 1}), Packet().Ipv4({.more_fragments = true}).Icmp()},
      {Reason::kFragBadLength, "13 bytes with more to come", UdpPiece(13, first), UdpPiece(16, first)},
      {Reason::kFragBadLength, "13 bytes in the middle", UdpPiece(13, {.fragment_offset = 16, .more_fragments = true}),
       UdpPiece(13, {.fragment_offset = 16})},
      {Reason::kFragBadLength, "a later fragment without data", UdpPiece(0, {.fragment_offset = 16}),
       UdpPiece(1, {.fragment_offset = 16})},
      {Reason::kFragTooLong, "an end at 65,516 behind a header of 20", UdpPiece(12, {.fragment_offset = 65'504}),
       UdpPiece(11, {.fragment_offset = 65'504})},
      {Reason::kFragTooLong, "the ping of death", Packet().Ipv4({.fragment_offset = 65'528, .protocol = 1}).Zeros(1000),
       Packet().Ipv4({.fragment_offset = 64'504, .protocol = 1}).Zeros(1000)},
  };
}

}  // namespace

Frame MaximalIpv4() {
  Bytes options(40, 1);
  return Packet()
      .Vlan(7, 0x88a8)
      .Vlan(9)
      .Ipv4({.options = options})
      .Tcp({.options = Bytes(40, 1)})
      .Raw("GET / HTTP/1.1");
}

std::vector<ParseCase> Ipv4Cases() {
  std::vector<ParseCase> cases = HeaderCases();
  for (const std::vector<ParseCase>& more : {OptionCases(), FragmentCases()}) {
    cases.insert(cases.end(), more.begin(), more.end());
  }
  return cases;
}

}  // namespace picket
