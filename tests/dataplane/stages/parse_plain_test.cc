// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/parse_plain.h"

#include <catch2/catch.hpp>

#include "tests/support/frame.h"
#include "tests/support/parse_cases.h"
#include "tests/support/pipeline_check.h"

namespace picket {
namespace {

bool IsPlain(const Frame& frame) {
  Headers headers;
  return ParsePlain(ExactCopy(frame).view(), headers);
}

TEST_CASE("Ordinary TCP and UDP packets go the short way", "[parse]") {
  CHECK(IsPlain(PacketBuilder().Ipv4().Tcp()));
  CHECK(IsPlain(PacketBuilder().Ipv4().Udp()));
  CHECK(IsPlain(PacketBuilder().Ipv6().Tcp()));
  CHECK(IsPlain(PacketBuilder().Ipv6().Udp()));
  CHECK(IsPlain(PacketBuilder().Vlan().Ipv4().Tcp()));
  CHECK_FALSE(IsPlain(PacketBuilder().Vlan().Vlan().Ipv4().Tcp()));
  CHECK_FALSE(IsPlain(PacketBuilder().Ipv4().Icmp()));
}

TEST_CASE("No flawed packet goes the short way", "[parse]") {
  for (const ParseCase& c : AllParseCases()) {
    INFO(c.what);
    CHECK_FALSE(IsPlain(c.frame));
    if (c.beside_reason != Reason::kNone) CHECK_FALSE(IsPlain(c.beside));
  }
}

TEST_CASE("The short way says what the long way says", "[parse]") {
  size_t plain = 0;
  for (const Frame& frame : SoundFrames()) {
    CHECK(CheckParse(ExactCopy(frame).view()).empty());
    plain += IsPlain(frame) ? 1 : 0;
  }
  CHECK(plain > 0);
}

TEST_CASE("However an ordinary packet is cut, both ways say the same", "[parse]") {
  const std::vector<Frame> wholes = {PacketBuilder().Ipv4().Tcp(), PacketBuilder().Vlan().Ipv6().Udp()};
  for (const Frame& whole : wholes) {
    for (size_t bytes = 0; bytes <= whole.bytes.size(); ++bytes) {
      CHECK(CheckParse(ExactCopy(whole.CutByCapture(bytes)).view()).empty());
      CHECK(CheckParse(ExactCopy(whole.SentShort(bytes)).view()).empty());
    }
  }
}

}  // namespace
}  // namespace picket
