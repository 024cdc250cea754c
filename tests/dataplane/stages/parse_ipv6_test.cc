// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/naive_parse.h"
#include "tests/support/parse_cases.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

// Where each header of MaximalIpv6 ends.
constexpr size_t kLinkEnd = 14;
constexpr size_t kTagsEnd = kLinkEnd + 8;
constexpr size_t kFixedEnd = kTagsEnd + 40;
constexpr size_t kExtensionsEnd = kFixedEnd + 16 + 8 + 8 + 8 + 12 + 8 + 8 + 8;
constexpr size_t kTcpEnd = kExtensionsEnd + 60;

Reason CutReason(size_t bytes) {
  if (bytes < kLinkEnd) return Reason::kEthernetTruncated;
  if (bytes < kTagsEnd) return Reason::kVlanTruncated;
  if (bytes < kExtensionsEnd) return Reason::kIpv6Truncated;
  return bytes < kTcpEnd ? Reason::kTcpTruncated : Reason::kNone;
}

TEST_CASE("a capture that cut an IPv6 frame truncates only the header it cut", "[parse][ipv6]") {
  const Frame whole = MaximalIpv6();
  REQUIRE(whole.bytes.size() > kTcpEnd);
  for (size_t bytes = 0; bytes <= whole.bytes.size(); ++bytes) {
    INFO("cut at " << bytes);
    const Frame cut = whole.CutByCapture(bytes);
    const ParsedFrame parsed = Parsed(cut);
    CHECK(Name(parsed.reason) == Name(CutReason(bytes)));
    CHECK(Difference(NaiveParse(ExactCopy(cut).view()), parsed.reason, parsed.headers) == "");
    if (bytes >= kTcpEnd) CHECK(parsed.headers.payload_bytes == bytes - kTcpEnd);
  }
}

TEST_CASE("an IPv6 frame that was sent short is beyond its own payload length", "[parse][ipv6]") {
  const Frame whole = MaximalIpv6();
  for (size_t bytes = 0; bytes <= whole.bytes.size(); ++bytes) {
    INFO("sent " << bytes);
    const Frame cut = whole.SentShort(bytes);
    const ParsedFrame parsed = Parsed(cut);
    const bool long_enough = bytes == whole.bytes.size();
    const Reason expected = bytes < kFixedEnd ? CutReason(bytes)
                            : long_enough     ? Reason::kNone
                                              : Reason::kIpv6BadPayloadLength;
    CHECK(Name(parsed.reason) == Name(expected));
    CHECK(Difference(NaiveParse(ExactCopy(cut).view()), parsed.reason, parsed.headers) == "");
  }
}

TEST_CASE("a payload length that cuts the chain anywhere is found out", "[parse][ipv6]") {
  const Bytes whole = MaximalIpv6().bytes;
  const size_t payload = whole.size() - kFixedEnd;
  for (size_t bytes = 0; bytes < payload; ++bytes) {
    INFO("payload length " << bytes);
    Frame frame(whole);
    frame.bytes[kTagsEnd + 4] = static_cast<uint8_t>(bytes >> 8);
    frame.bytes[kTagsEnd + 5] = static_cast<uint8_t>(bytes & 0xff);
    const ParsedFrame parsed = Parsed(frame);
    const size_t end = kFixedEnd + bytes;
    const Reason expected = end < kExtensionsEnd        ? Reason::kIpv6BadPayloadLength
                            : end < kExtensionsEnd + 20 ? Reason::kTcpTruncated
                            : end < kTcpEnd             ? Reason::kTcpBadHeaderLength
                                                        : Reason::kNone;
    CHECK(Name(parsed.reason) == Name(expected));
    CHECK(Difference(NaiveParse(ExactCopy(frame).view()), parsed.reason, parsed.headers) == "");
  }
}

TEST_CASE("IPv6 headers are read to the field", "[parse][ipv6]") {
  const Headers h = Parsed(Packet()
                               .Ipv6({.source = "2001:db8::7", .destination = "2001:db8:1::9", .hop_limit = 3})
                               .Extension()
                               .Tcp({.source_port = 1234, .destination_port = 80, .flags = kTcpSyn | kTcpAck})
                               .Raw("hello"))
                        .headers;
  CHECK(h.proved == Proved::kTransport);
  CHECK(ToString(h.Source()) == "2001:db8::7");
  CHECK(ToString(h.Destination()) == "2001:db8:1::9");
  CHECK(h.hop_limit == 3);
  CHECK(h.protocol == 6);
  CHECK(h.ip_offset == 14);
  CHECK(h.transport_offset == 62);
  CHECK(h.payload_offset == 82);
  CHECK(h.payload_bytes == 5);
  CHECK(h.source_port == 1234);
  CHECK(h.destination_port == 80);
  CHECK(h.tcp_flags == (kTcpSyn | kTcpAck));
}

TEST_CASE("IPv6 fragment fields are read in bytes, and the chain goes on behind a first fragment", "[parse][ipv6]") {
  const ParsedFrame first = Parsed(
      Packet().Ipv6().Fragment6({.id = 0x12345678, .more_fragments = true}).Extension().Udp({.length = 99}).Zeros(8));
  CHECK(first.reason == Reason::kNone);
  CHECK(first.headers.IsFirstFragment());
  CHECK(first.headers.fragment_id == 0x12345678);
  CHECK(first.headers.fragment_bytes == 24);
  CHECK(first.headers.has_ports);
  const ParsedFrame later =
      Parsed(Packet().Ipv6().Fragment6({.id = 5, .fragment_offset = 24, .next_header = 60}).Zeros(5));
  CHECK(later.reason == Reason::kNone);
  CHECK(later.headers.IsLaterFragment());
  CHECK(later.headers.fragment_offset == 24);
  CHECK(later.headers.fragment_bytes == 5);
  CHECK(later.headers.protocol == 60);
  CHECK(later.headers.transport_offset == 62);
  CHECK(later.headers.proved == Proved::kIp);
  CHECK_FALSE(later.headers.has_ports);
}

TEST_CASE("atomic fragments are whole packets", "[parse][ipv6]") {
  const ParsedFrame parsed = Parsed(Packet().Ipv6().Fragment6({.id = 5}).Udp().Raw("odd"));
  CHECK(parsed.reason == Reason::kNone);
  CHECK(parsed.headers.is_fragment);
  CHECK(parsed.headers.has_ports);
  CHECK(Parsed(Packet().Ipv6().Fragment6().Next(6).Zeros(16)).reason == Reason::kTcpTruncated);
}

TEST_CASE("neighbor discovery passes only unforwarded and unfragmented", "[parse][nd]") {
  for (uint8_t type = 133; type <= 137; ++type) {
    const auto reason = [type](uint8_t hop_limit, bool fragmented) {
      Packet packet = Packet().Ipv6({.source = "fe80::1", .destination = "fe80::2", .hop_limit = hop_limit});
      if (fragmented) packet.Fragment6();
      return Parsed(packet.Icmp6({.type = type}).Zeros(16)).reason;
    };
    CHECK(reason(255, false) == Reason::kNeighborDiscovery);
    CHECK(reason(254, false) == Reason::kNone);
    CHECK(reason(255, true) == Reason::kNone);
  }
  CHECK(Parsed(Packet().Ipv4({.ttl = 255}).Next(58).Raw({135, 0, 0, 0})).reason == Reason::kNone);
}

TEST_CASE("a flaw in the order of extension headers still lets the transport be counted", "[parse][ipv6]") {
  const ParsedFrame parsed = Parsed(Packet().Ipv6().Extension({43, {0, 0, 0, 0, 0, 0}}).Extension().Tcp());
  CHECK(parsed.reason == Reason::kIpv6RoutingType0);
  CHECK(parsed.headers.Has(Layer::kTcp));
  CHECK(parsed.headers.proved == Proved::kIp);
  CHECK(parsed.headers.protocol == 6);
  CHECK(parsed.headers.transport_offset == 14 + 40 + 16);
}

TEST_CASE("a walk that is broken off leaves the transport offset where it stopped", "[parse][ipv6]") {
  Packet nine = Packet().Ipv6();
  for (int i = 0; i < 9; ++i) nine.Extension();
  const ParsedFrame too_many = Parsed(nine.Udp());
  CHECK(too_many.reason == Reason::kIpv6TooManyHeaders);
  CHECK(too_many.headers.transport_offset == 14 + 40 + 8 * 8);
  CHECK(too_many.headers.protocol == 60);
  const ParsedFrame twice = Parsed(Packet().Ipv6().Fragment6().Fragment6().Udp());
  CHECK(twice.reason == Reason::kFragTwice);
  CHECK(twice.headers.transport_offset == 14 + 40 + 8);
}

TEST_CASE("authentication headers count in four bytes, all others in eight", "[parse][ipv6]") {
  for (const size_t body : std::initializer_list<size_t>{6, 10, 14, 22}) {
    const Headers h = Parsed(Packet().Ipv6().Extension({51, Bytes(body, 0)}).Udp()).headers;
    CHECK(h.transport_offset == 14 + 40 + 2 + body);
    CHECK(h.has_ports);
  }
  for (const uint8_t type : Bytes{0, 43, 60, 135, 139, 140}) {
    const Headers h = Parsed(Packet().Ipv6().Extension({type, Bytes(14, 1)}).Udp()).headers;
    CHECK(h.transport_offset == 14 + 40 + 16);
    CHECK(h.has_ports);
  }
}

}  // namespace
}  // namespace picket
