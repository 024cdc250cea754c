// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <utility>

#include "tests/support/parse_cases.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

TEST_CASE("the transport is counted by protocol number", "[parse][transport]") {
  const std::pair<uint8_t, Layer> layers[] = {{1, Layer::kIcmp},  {6, Layer::kTcp},  {17, Layer::kUdp},
                                              {47, Layer::kGre},  {50, Layer::kEsp}, {58, Layer::kIcmp6},
                                              {132, Layer::kSctp}};
  for (const auto& [protocol, layer] : layers) {
    for (const Frame& frame : {Frame(Packet().Ipv4({.protocol = protocol}).Zeros(40)),
                               Frame(Packet().Ipv6({.next_header = protocol}).Zeros(40))}) {
      const Headers h = Parsed(frame).headers;
      uint32_t transports = 0;
      for (unsigned l = static_cast<unsigned>(Layer::kTcp); l <= static_cast<unsigned>(Layer::kEsp); ++l) {
        transports += h.layers >> l & 1U;
      }
      CHECK(h.Has(layer));
      CHECK(transports == 1);
    }
  }
}

TEST_CASE("a protocol without a parser is all payload", "[parse][transport]") {
  for (const uint8_t protocol : Bytes{47, 50, 59, 132, 253}) {
    const ParsedFrame parsed = Parsed(Packet().Ipv4({.protocol = protocol}).Raw("payload"));
    CHECK(parsed.reason == Reason::kNone);
    CHECK(parsed.headers.payload_bytes == 7);
    CHECK_FALSE(parsed.headers.has_ports);
  }
  CHECK(Parsed(Packet().Ipv6({.next_header = 1}).Raw("ICMP")).headers.payload_bytes == 4);
  CHECK(Parsed(Packet().Ipv4({.protocol = 58}).Raw("ICMPv6")).headers.payload_bytes == 6);
}

TEST_CASE("the payload is what follows the transport header", "[parse][transport]") {
  const Frame frames[] = {Packet().Ipv4().Tcp({.options = Bytes(8, 1)}).Raw("payload"),
                          Packet().Ipv4().Udp().Raw("payload"), Packet().Ipv4().Icmp().Raw("payload")};
  for (const Frame& frame : frames) {
    const ExactCopy copy(frame);
    Headers headers;
    REQUIRE(ParseFrame(copy.view(), headers) == Reason::kNone);
    const std::span<const uint8_t> payload = Payload(copy.view(), headers);
    CHECK(std::string(payload.begin(), payload.end()) == "payload");
  }
}

TEST_CASE("TCP flags are handed on", "[parse][transport]") {
  for (const uint8_t flags : Bytes{0x00, 0x02, 0x12, 0x29, 0xff}) {
    CHECK(Parsed(Packet().Ipv4().Tcp({.flags = flags})).headers.tcp_flags == flags);
  }
}

TEST_CASE("port zero keeps the ports, so that scopes still match", "[parse][transport]") {
  const ParsedFrame tcp = Parsed(Packet().Ipv4().Tcp({.source_port = 0, .destination_port = 22}));
  CHECK(tcp.reason == Reason::kPortZero);
  CHECK(tcp.headers.proved == Proved::kTransport);
  CHECK(tcp.headers.has_ports);
  CHECK(tcp.headers.destination_port == 22);
  const ParsedFrame udp = Parsed(Packet().Ipv6().Udp({.source_port = 53, .destination_port = 0}));
  CHECK(udp.reason == Reason::kPortZero);
  CHECK(udp.headers.has_ports);
}

TEST_CASE("a header that a first fragment lacks makes it tiny, one the capture lacks does not", "[parse][transport]") {
  const Frame first = Packet().Ipv4({.more_fragments = true}).Tcp().Zeros(12);
  const size_t whole = first.bytes.size() - 12;
  CHECK(Parsed(first.CutByCapture(whole)).reason == Reason::kNone);
  CHECK(Parsed(first.CutByCapture(whole - 1)).reason == Reason::kTcpTruncated);
  CHECK(Parsed(Packet().Ipv4({.more_fragments = true, .protocol = 6}).Zeros(16)).reason == Reason::kFragTiny);
}

TEST_CASE("the lengths of a first fragment may speak of bytes to come", "[parse][transport]") {
  CHECK(Parsed(Packet().Ipv4({.more_fragments = true}).Udp({.length = 65'515}).Zeros(8)).reason == Reason::kNone);
  CHECK(Parsed(Packet().Ipv4({.more_fragments = true}).Udp({.length = 7}).Zeros(8)).reason == Reason::kUdpBadLength);
}

}  // namespace
}  // namespace picket
