// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/mode.h"

#include <catch2/catch.hpp>

#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

using Judgements = std::vector<Judgement>;

LinkPolicy InMode(Mode mode) {
  LinkPolicy policy;
  policy.mode = mode;
  policy.rate_classes = {{.name = "one", .rate_per_s = 1, .burst = 1}};
  return policy;
}

// Something of every way to be refused, watched or let through.
std::vector<Frame> Traffic() {
  const auto from = [](const char* source) { return PacketBuilder().Ipv4({.source = source}).Udp(); };
  return {from("203.0.113.1"),
          from("203.0.113.2"),
          from("203.0.113.2"),
          from("203.0.113.3"),
          PacketBuilder().Ipv4().Tcp({.header_words = 4}),
          PacketBuilder().Next(0x0806).Zeros(28),
          PacketBuilder().Vlan().Vlan().Vlan(),
          PacketBuilder().Ipv4().Udp(),
          PacketBuilder().Ipv6().Fragment6({.more_fragments = true}).Udp({.length = 99}),
          PacketBuilder().Ipv6().Fragment6({.more_fragments = true}).Udp({.length = 99})};
}

std::vector<Listing> Listings() {
  return {List(Tier::kFeed, "203.0.113.1", Verdict::kDrop), Rated(0, List(Tier::kFeed, "203.0.113.2", Verdict::kLimit)),
          List(Tier::kOperator, "203.0.113.3", Verdict::kAllow)};
}

Judgements JudgedIn(Mode mode) { return Judge(InMode(mode), Listings()).Run(Traffic()); }

TEST_CASE("enforce acts on every verdict", "[mode]") {
  CHECK(JudgedIn(Mode::kEnforce) == Judgements{"drop reputation_drop", "pass none", "limit reputation_limit",
                                               "allow reputation_allow", "drop tcp_bad_header_length", "pass arp",
                                               "drop vlan_too_deep", "pass none", "pass none", "drop frag_overlap"});
}

TEST_CASE("monitor changes nothing but the verdict of what would be refused", "[mode]") {
  CHECK(JudgedIn(Mode::kMonitor) == Judgements{"monitor reputation_drop", "pass none", "monitor reputation_limit",
                                               "allow reputation_allow", "monitor tcp_bad_header_length", "pass arp",
                                               "monitor vlan_too_deep", "pass none", "pass none",
                                               "monitor frag_overlap"});
}

TEST_CASE("off passes everything unjudged", "[mode]") {
  CHECK(JudgedIn(Mode::kOff) == Judgements(Traffic().size(), "pass mode_off"));
}

TEST_CASE("off charges no rate and remembers no fragment", "[mode]") {
  LinkPolicy policy = InMode(Mode::kEnforce);
  policy.prefix_modes = {{*ParsePrefix("198.51.100.7"), Mode::kOff}};
  Judge judge(policy, Listings());
  const auto to = [](const char* destination) {
    return PacketBuilder().Ipv4({.source = "203.0.113.2", .destination = destination}).Udp();
  };
  CHECK(judge.Run({to("198.51.100.7"), to("198.51.100.7"), to("198.51.100.8"), to("198.51.100.8")}) ==
        Judgements{"pass mode_off", "pass mode_off", "pass none", "limit reputation_limit"});
}

TEST_CASE("the longest prefix that holds the inside address sets the mode", "[mode]") {
  LinkPolicy policy = InMode(Mode::kMonitor);
  policy.prefix_modes = {{*ParsePrefix("2001:db8:ffff::1"), Mode::kOff},
                         {*ParsePrefix("198.51.100.1"), Mode::kOff},
                         {*ParsePrefix("198.51.100.0/28"), Mode::kMonitor},
                         {*ParsePrefix("198.51.0.0/16"), Mode::kEnforce}};
  BatchBuilder batch;
  for (const char* inside : {"198.51.100.1", "198.51.100.2", "198.51.100.16", "198.52.0.1"}) {
    batch.Add(PacketBuilder().Ipv4({.destination = inside}).Udp());
    batch.Add(PacketBuilder().Ipv4({.source = inside, .destination = "192.0.2.1"}).Udp(), Direction::kOutward);
  }
  batch.Add(PacketBuilder().Ipv6().Udp());
  batch.Add(PacketBuilder().Ipv6({.destination = "2001:db8:ffff::2"}).Udp());
  batch.Parsed();
  AssignMode(*batch, policy);
  const std::vector<Mode> modes(batch->mode.begin(), batch->mode.begin() + batch->size);
  CHECK(modes == std::vector<Mode>{Mode::kOff, Mode::kOff, Mode::kMonitor, Mode::kMonitor, Mode::kEnforce,
                                   Mode::kEnforce, Mode::kMonitor, Mode::kMonitor, Mode::kOff, Mode::kMonitor});
  CHECK(batch->live == 0x2fcU);
}

TEST_CASE("the outside address does not choose the mode", "[mode]") {
  LinkPolicy policy = InMode(Mode::kEnforce);
  policy.prefix_modes = {{*ParsePrefix("192.0.2.0/24"), Mode::kOff}};
  CHECK(Judge(policy).One(PacketBuilder().Ipv4().Udp(), {}, Direction::kInward) == "pass none");
  CHECK(Judge(policy).One(PacketBuilder().Ipv4().Udp(), {}, Direction::kOutward) == "pass mode_off");
}

TEST_CASE("packets without a sound IP header have the link's mode", "[mode]") {
  LinkPolicy policy = InMode(Mode::kEnforce);
  policy.prefix_modes = {{*ParsePrefix("0.0.0.0/0"), Mode::kOff}, {*ParsePrefix("::/0"), Mode::kOff}};
  CHECK(Judge(policy).Run({PacketBuilder().Next(0x0806), PacketBuilder().Ipv4({.version = 5}),
                           PacketBuilder().Ipv4().Tcp({.header_words = 4}), PacketBuilder().Ipv6()}) ==
        Judgements{"pass arp", "drop ip_bad_version", "pass mode_off", "pass mode_off"});
}

}  // namespace
}  // namespace picket
