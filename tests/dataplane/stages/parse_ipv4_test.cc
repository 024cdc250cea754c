// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/naive_parse.h"
#include "tests/support/parse_cases.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

// Where each header of MaximalIpv4 ends.
constexpr size_t kLinkEnd = 14;
constexpr size_t kTagsEnd = kLinkEnd + 8;
constexpr size_t kFixedEnd = kTagsEnd + 20;
constexpr size_t kIpEnd = kFixedEnd + 40;
constexpr size_t kTcpEnd = kIpEnd + 60;

Reason CutReason(size_t bytes) {
  if (bytes < kLinkEnd) return Reason::kEthernetTruncated;
  if (bytes < kTagsEnd) return Reason::kVlanTruncated;
  if (bytes < kIpEnd) return Reason::kIpv4Truncated;
  return bytes < kTcpEnd ? Reason::kTcpTruncated : Reason::kNone;
}

TEST_CASE("a capture that cut an IPv4 frame truncates only the header it cut", "[parse][ipv4]") {
  const Frame whole = MaximalIpv4();
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

TEST_CASE("an IPv4 frame that was sent short is beyond its own total length", "[parse][ipv4]") {
  const Frame whole = MaximalIpv4();
  for (size_t bytes = 0; bytes <= whole.bytes.size(); ++bytes) {
    INFO("sent " << bytes);
    const Frame cut = whole.SentShort(bytes);
    const ParsedFrame parsed = Parsed(cut);
    const bool long_enough = bytes == whole.bytes.size();
    const Reason expected = bytes < kFixedEnd ? CutReason(bytes)
                            : long_enough     ? Reason::kNone
                                              : Reason::kIpv4BadTotalLength;
    CHECK(Name(parsed.reason) == Name(expected));
    CHECK(Difference(NaiveParse(ExactCopy(cut).view()), parsed.reason, parsed.headers) == "");
  }
}

TEST_CASE("IPv4 headers are read to the field", "[parse][ipv4]") {
  const Headers h =
      Parsed(Packet()
                 .Ipv4({.source = "203.0.113.7", .destination = "198.51.100.9", .ttl = 3, .options = {1, 1, 1, 0}})
                 .Udp({.source_port = 1234, .destination_port = 53})
                 .Raw("query"))
          .headers;
  CHECK(h.proved == Proved::kTransport);
  CHECK(ToString(h.Source()) == "203.0.113.7");
  CHECK(ToString(h.Destination()) == "198.51.100.9");
  CHECK(h.hop_limit == 3);
  CHECK(h.protocol == 17);
  CHECK(h.ip_offset == 14);
  CHECK(h.transport_offset == 38);
  CHECK(h.payload_offset == 46);
  CHECK(h.payload_bytes == 5);
  CHECK(h.has_ports);
  CHECK(h.source_port == 1234);
  CHECK(h.destination_port == 53);
  CHECK_FALSE(h.is_fragment);
}

TEST_CASE("padding behind the IPv4 total length is no payload", "[parse][ipv4]") {
  const ParsedFrame parsed = Parsed(Packet().Ipv4({.total_bytes = 31}).Udp({.length = 11}).Raw("abc").Zeros(20));
  CHECK(parsed.reason == Reason::kNone);
  CHECK(parsed.headers.payload_bytes == 3);
}

TEST_CASE("IPv4 fragment fields are read in bytes", "[parse][ipv4]") {
  const ParsedFrame first = Parsed(Packet().Ipv4({.id = 77, .more_fragments = true}).Udp({.length = 1000}).Zeros(16));
  CHECK(first.reason == Reason::kNone);
  CHECK(first.headers.IsFirstFragment());
  CHECK(first.headers.fragment_id == 77);
  CHECK(first.headers.fragment_bytes == 24);
  CHECK(first.headers.has_ports);
  CHECK(first.headers.Has(Layer::kFragment));
  CHECK(first.headers.Has(Layer::kUdp));
  const ParsedFrame later = Parsed(Packet().Ipv4({.id = 77, .fragment_offset = 24}).Next(17).Zeros(5));
  CHECK(later.reason == Reason::kNone);
  CHECK(later.headers.IsLaterFragment());
  CHECK(later.headers.fragment_offset == 24);
  CHECK(later.headers.fragment_bytes == 5);
  CHECK(later.headers.proved == Proved::kIp);
  CHECK_FALSE(later.headers.has_ports);
  CHECK_FALSE(later.headers.Has(Layer::kUdp));
  CHECK(later.headers.Has(Layer::kFragment));
}

TEST_CASE("don't-fragment and the reserved bit make no fragment", "[parse][ipv4]") {
  for (const uint16_t bits : std::initializer_list<uint16_t>{0x4000, 0x8000, 0xc000}) {
    const ParsedFrame parsed = Parsed(Packet().Ipv4().Override16(6, bits).Udp());
    CHECK(parsed.reason == Reason::kNone);
    CHECK_FALSE(parsed.headers.is_fragment);
  }
}

TEST_CASE("land needs equal addresses off loopback, whatever the ports", "[parse][land]") {
  const auto reason = [](const char* address, uint16_t source_port) {
    return Parsed(Packet()
                      .Ipv4({.source = address, .destination = address})
                      .Tcp({.source_port = source_port, .destination_port = 80}))
        .reason;
  };
  CHECK(reason("192.0.2.1", 80) == Reason::kLand);
  CHECK(reason("192.0.2.1", 81) == Reason::kLand);
  CHECK(reason("127.0.0.1", 80) == Reason::kNone);
  CHECK(reason("127.255.255.255", 81) == Reason::kNone);
  CHECK(reason("128.0.0.0", 81) == Reason::kLand);
}

TEST_CASE("a malformed IPv4 packet still shows addresses and protocol once its lengths are sound", "[parse][ipv4]") {
  const ParsedFrame parsed = Parsed(Packet().Ipv4({.source = "203.0.113.7", .options = {131, 3, 4, 0}}).Tcp());
  CHECK(parsed.reason == Reason::kIpv4SourceRoute);
  CHECK(parsed.headers.proved == Proved::kIp);
  CHECK(ToString(parsed.headers.Source()) == "203.0.113.7");
  CHECK(parsed.headers.Has(Layer::kTcp));
  CHECK_FALSE(parsed.headers.has_ports);
}

}  // namespace
}  // namespace picket
