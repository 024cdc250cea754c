// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/batch_builder.h"
#include "tests/support/naive_parse.h"
#include "tests/support/parse_cases.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

TEST_CASE("each flaw gets its own reason, and the frame beside it does not", "[parse]") {
  for (const ParseCase& c : AllParseCases()) {
    INFO(Name(c.reason) << ": " << c.what << "\n" << ToHex(c.frame.bytes) << "\nbeside: " << ToHex(c.beside.bytes));
    CHECK(Name(Parsed(c.frame).reason) == Name(c.reason));
    CHECK(Name(Parsed(c.beside).reason) == Name(c.beside_reason));
    CHECK(c.reason != c.beside_reason);
  }
}

TEST_CASE("every reason that parse can give has a test case", "[parse]") {
  std::set<std::string_view> cases;
  for (const ParseCase& c : AllParseCases()) cases.insert(Name(c.reason));
  for (const ReasonInfo& info : kReasons) {
    if (info.stage != "parse") continue;
    INFO("add a ParseCase for " << info.name);
    CHECK(cases.count(info.name) == 1);
  }
}

TEST_CASE("two readings of every test frame agree", "[parse]") {
  std::vector<Frame> frames = SoundFrames();
  for (const ParseCase& c : AllParseCases()) {
    frames.push_back(c.frame);
    frames.push_back(c.beside);
  }
  for (const Frame& frame : frames) {
    INFO(ToHex(frame.bytes));
    const ParsedFrame parsed = Parsed(frame);
    CHECK(Difference(NaiveParse(ExactCopy(frame).view()), parsed.reason, parsed.headers) == "");
  }
}

TEST_CASE("sound frames of every link layer and protocol have no reason", "[parse]") {
  for (const Frame& frame : SoundFrames()) {
    INFO(ToHex(frame.bytes));
    const ParsedFrame parsed = Parsed(frame);
    CHECK(Name(parsed.reason) == "none");
    CHECK(parsed.headers.proved == Proved::kTransport);
  }
}

TEST_CASE("up to two tags of every kind are walked and counted, a third is too deep", "[parse][vlan]") {
  for (const uint16_t outer : std::initializer_list<uint16_t>{0x8100, 0x88a8, 0x9100}) {
    for (const uint16_t inner : std::initializer_list<uint16_t>{0x8100, 0x88a8, 0x9100}) {
      const ParsedFrame none = Parsed(Packet().Ipv4().Udp());
      CHECK_FALSE(none.headers.Has(Layer::kVlan));
      CHECK(none.headers.vlan_tags == 0);
      const ParsedFrame one = Parsed(Packet().Vlan(100, outer).Ipv4().Udp());
      CHECK(one.reason == Reason::kNone);
      CHECK(one.headers.ip_offset == 18);
      CHECK(one.headers.vlan_tags == 1);
      const ParsedFrame two = Parsed(Packet().Vlan(100, outer).Vlan(200, inner).Ipv6().Udp());
      CHECK(two.reason == Reason::kNone);
      CHECK(two.headers.ip_offset == 22);
      CHECK(two.headers.vlan_tags == 2);
      CHECK(two.headers.Has(Layer::kVlan));
      const ParsedFrame three = Parsed(Packet().Vlan(100, outer).Vlan(200, inner).Vlan(300, outer).Ipv4().Udp());
      CHECK(three.reason == Reason::kVlanTooDeep);
      CHECK(three.headers.Has(Layer::kVlan));
      CHECK(three.headers.Has(Layer::kOther));
    }
  }
}

TEST_CASE("each link layer puts IP where its header ends", "[parse]") {
  CHECK(Parsed(Packet(LinkLayer::kEthernet).Ipv4().Udp()).headers.ip_offset == 14);
  CHECK(Parsed(Packet(LinkLayer::kRawIp).Ipv4().Udp()).headers.ip_offset == 0);
  CHECK(Parsed(Packet(LinkLayer::kRawIp).Ipv6().Udp()).headers.ip_offset == 0);
  CHECK(Parsed(Packet(LinkLayer::kLinuxCooked).Ipv4().Udp()).headers.ip_offset == 16);
  CHECK(Parsed(Packet(LinkLayer::kLinuxCooked2).Ipv6().Udp()).headers.ip_offset == 20);
  CHECK(Parsed(Packet(LinkLayer::kLinuxCooked).Vlan().Ipv6().Udp()).headers.ip_offset == 20);
  CHECK(Parsed(Packet(LinkLayer::kLinuxCooked2).Next(0x0806).Zeros(28)).reason == Reason::kArp);
}

TEST_CASE("a frame counts as exactly one of ipv4, ipv6, arp and other", "[parse]") {
  for (const ParseCase& c : AllParseCases()) {
    const Headers headers = Parsed(c.frame).headers;
    INFO(ToHex(c.frame.bytes));
    CHECK(headers.Has(Layer::kIpv4) + headers.Has(Layer::kIpv6) + headers.Has(Layer::kArp) +
              headers.Has(Layer::kOther) ==
          1);
  }
}

TEST_CASE("malformed packets get the verdict of their reason's policy", "[parse]") {
  const Frame port_zero = Packet().Ipv4().Udp({.destination_port = 0});
  for (const Verdict verdict : {Verdict::kPass, Verdict::kMonitor, Verdict::kDrop}) {
    MalformedPolicy policy;
    policy[Reason::kPortZero] = verdict;
    BatchBuilder batch = {port_zero, Packet().Ipv4().Tcp({.header_words = 4}), Packet().Ipv4().Udp()};
    batch.Parsed(policy);
    CHECK(batch->verdict[0] == verdict);
    CHECK(batch->reason[0] == Reason::kPortZero);
    CHECK(batch->IsLive(0) == (verdict != Verdict::kDrop));
    CHECK(batch->verdict[1] == Verdict::kDrop);
    CHECK_FALSE(batch->IsLive(1));
    CHECK(batch->reason[2] == Reason::kNone);
    CHECK(batch->IsLive(2));
  }
}

TEST_CASE("only UDP without a source port is forwarded by default", "[parse]") {
  for (const ParseCase& c : TransportCases()) {
    BatchBuilder one = {c.frame};
    one.Parsed();
    CHECK(one->verdict[0] == (c.reason == Reason::kUdpNoSourcePort ? Verdict::kMonitor : Verdict::kDrop));
  }
}

TEST_CASE("a malformed packet without a sound IP header is settled even if it passes", "[parse]") {
  MalformedPolicy policy;
  policy.verdict.fill(Verdict::kPass);
  BatchBuilder batch = {Packet().Ipv4({.version = 5}), Packet().Vlan().Vlan().Vlan(),
                        Packet().Ipv4({.total_bytes = 19})};
  batch.Parsed(policy);
  CHECK(batch->live == 0);
  for (const uint32_t slot : batch->All()) CHECK(batch->verdict[slot] == Verdict::kPass);
}

TEST_CASE("what is no business of the filter is settled as pass", "[parse]") {
  MalformedPolicy policy;
  policy.verdict.fill(Verdict::kDrop);
  BatchBuilder batch = {Packet().Next(0x0806).Zeros(28), Packet().Next(0x88cc).Zeros(28), Packet().Next(0x88b5),
                        Packet().Ipv6({.hop_limit = 255}).Icmp6({.type = 135})};
  batch.Parsed(policy);
  CHECK(batch->live == 0);
  for (const uint32_t slot : batch->All()) CHECK(batch->verdict[slot] == Verdict::kPass);
  CHECK(batch->reason[0] == Reason::kArp);
  CHECK(batch->reason[1] == Reason::kLldp);
  CHECK(batch->reason[2] == Reason::kUnknownEthertype);
  CHECK(batch->reason[3] == Reason::kNeighborDiscovery);
}

}  // namespace
}  // namespace picket
