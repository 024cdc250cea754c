// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/reputation.h"

#include <catch2/catch.hpp>

#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

using Packet = PacketBuilder;

const Frame kUdp = Packet().Ipv4().Udp({.source_port = 1000, .destination_port = 53});

Judgement JudgedBy(const std::vector<Listing>& listings, const Frame& frame = kUdp,
                   Direction from = Direction::kInward) {
  return Judge(Enforcing(), listings).One(frame, {}, from);
}

TEST_CASE("what an entry says becomes verdict and reason", "[reputation]") {
  const auto judged = [](Tier tier, Verdict verdict) { return JudgedBy({List(tier, "192.0.2.1", verdict)}); };
  CHECK(JudgedBy({}) == "pass none");
  CHECK(judged(Tier::kOperator, Verdict::kAllow) == "allow reputation_allow");
  CHECK(judged(Tier::kNeverBlock, Verdict::kPass) == "pass never_block");
  CHECK(judged(Tier::kFeed, Verdict::kMonitor) == "monitor reputation_monitor");
  CHECK(judged(Tier::kFeed, Verdict::kChallenge) == "monitor reputation_challenge");
  CHECK(judged(Tier::kFeed, Verdict::kConfine) == "monitor reputation_confine");
  CHECK(judged(Tier::kFeed, Verdict::kDecoy) == "monitor reputation_decoy");
  CHECK(judged(Tier::kFeed, Verdict::kDropNew) == "monitor reputation_drop_new");
  CHECK(judged(Tier::kFeed, Verdict::kDrop) == "drop reputation_drop");
}

TEST_CASE("an entry that lets pass is told apart from a never-block entry", "[reputation]") {
  const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.0/24", Verdict::kDrop),
                                         List(Tier::kFeed, "192.0.2.1", Verdict::kPass)};
  CHECK(JudgedBy(listings) == "pass reputation_pass");
  CHECK(JudgedBy(listings, Packet().Ipv4({.source = "192.0.2.2"}).Udp()) == "drop reputation_drop");
}

TEST_CASE("never_block and allow win over drop", "[reputation]") {
  const Listing drop = List(Tier::kFeed, "192.0.2.1", Verdict::kDrop);
  const Listing operator_drop = List(Tier::kOperator, "192.0.2.1", Verdict::kDrop);
  CHECK(JudgedBy({drop, List(Tier::kOperator, "192.0.2.0/24", Verdict::kAllow)}) == "allow reputation_allow");
  CHECK(JudgedBy({operator_drop, List(Tier::kNeverBlock, "192.0.0.0/16", Verdict::kPass)}) == "pass never_block");
  CHECK(JudgedBy({operator_drop, List(Tier::kFeed, "192.0.2.1", Verdict::kAllow)}) == "drop reputation_drop");
}

TEST_CASE("an inward packet is keyed by its source, an outward one by its destination", "[reputation]") {
  const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop),
                                         List(Tier::kFeed, "2001:db8::1", Verdict::kDrop)};
  const Frame back4 = Packet().Ipv4({.source = "198.51.100.1", .destination = "192.0.2.1"}).Udp();
  const Frame back6 = Packet().Ipv6({.source = "2001:db8:ffff::1", .destination = "2001:db8::1"}).Udp();
  CHECK(JudgedBy(listings, kUdp, Direction::kInward) == "drop reputation_drop");
  CHECK(JudgedBy(listings, kUdp, Direction::kOutward) == "pass none");
  CHECK(JudgedBy(listings, back4, Direction::kInward) == "pass none");
  CHECK(JudgedBy(listings, back4, Direction::kOutward) == "drop reputation_drop");
  CHECK(JudgedBy(listings, back6, Direction::kInward) == "pass none");
  CHECK(JudgedBy(listings, back6, Direction::kOutward) == "drop reputation_drop");
}

TEST_CASE("the service port is the inside endpoint's", "[reputation]") {
  const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53")};
  const auto inward = [](uint16_t source_port, uint16_t destination_port) {
    return Packet().Ipv4().Udp({.source_port = source_port, .destination_port = destination_port});
  };
  const auto outward = [](uint16_t source_port, uint16_t destination_port) {
    return Packet()
        .Ipv4({.source = "198.51.100.1", .destination = "192.0.2.1"})
        .Udp({.source_port = source_port, .destination_port = destination_port});
  };
  CHECK(JudgedBy(listings, inward(1000, 53)) == "drop reputation_drop");
  CHECK(JudgedBy(listings, inward(53, 1000)) == "pass none");
  CHECK(JudgedBy(listings, outward(53, 1000), Direction::kOutward) == "drop reputation_drop");
  CHECK(JudgedBy(listings, outward(1000, 53), Direction::kOutward) == "pass none");
  CHECK(JudgedBy(listings, Packet().Ipv4().Tcp({.destination_port = 53})) == "pass none");
  CHECK(JudgedBy(listings, Packet().Ipv4().Icmp()) == "pass none");
}

TEST_CASE("a malformed packet that passes is still judged by its addresses", "[reputation][malformed]") {
  LinkPolicy policy = Enforcing();
  const Frame frame = Packet().Ipv4({.options = {131, 3, 4, 0}}).Udp();
  const std::vector<Listing> drop = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop)};
  CHECK(Judge(policy, drop).One(frame) == "drop ipv4_source_route");
  for (const Verdict verdict : {Verdict::kPass, Verdict::kMonitor}) {
    policy.malformed[Reason::kIpv4SourceRoute] = verdict;
    CHECK(Judge(policy).One(frame) == std::string(Name(verdict)) + " ipv4_source_route");
    CHECK(Judge(policy, drop).One(frame) == "drop reputation_drop");
    const std::vector<Listing> allow = {List(Tier::kOperator, "192.0.2.1", Verdict::kAllow)};
    CHECK(Judge(policy, allow).One(frame) == std::string(Name(verdict)) + " ipv4_source_route");
    const std::vector<Listing> scoped = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/1-65535")};
    CHECK(Judge(policy, scoped).One(frame) == "drop port_unknown");
  }
}

TEST_CASE("a packet with port zero that passes is judged by the other port", "[reputation][malformed]") {
  LinkPolicy policy = Enforcing();
  policy.malformed[Reason::kPortZero] = Verdict::kPass;
  const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "tcp/22")};
  const auto to = [](uint16_t port) { return Packet().Ipv4().Tcp({.source_port = 0, .destination_port = port}); };
  CHECK(Judge(policy, listings).One(to(22)) == "drop reputation_drop");
  CHECK(Judge(policy, listings).One(to(23)) == "pass port_zero");
}

TEST_CASE("only live packets are asked about, each gets its own answer", "[reputation]") {
  const ReputationTable table(std::vector<Listing>{List(Tier::kFeed, "192.0.2.0/24", Verdict::kDrop),
                                                   List(Tier::kOperator, "192.0.2.9", Verdict::kAllow)});
  BatchBuilder batch;
  for (uint32_t i = 0; i < kBatchMax; ++i) {
    batch.Add(Packet().Ipv4({.source = "192.0." + std::to_string(i % 4) + ".9"}).Udp());
  }
  batch.Parsed();
  batch->Settle(2, Verdict::kPass, Reason::kArp);
  batch->Settle(3, Verdict::kDrop, Reason::kLand);
  JudgeReputation(*batch, table, {});
  for (const uint32_t slot : batch->All()) {
    INFO("slot " << slot);
    if (slot == 2) CHECK(JudgementOf(*batch, slot) == "pass arp");
    if (slot == 3) CHECK(JudgementOf(*batch, slot) == "drop land");
    if (slot == 2 || slot == 3) continue;
    CHECK(JudgementOf(*batch, slot) == (slot % 4 == 2 ? "allow reputation_allow" : "pass none"));
    CHECK(batch->decision[slot].listed == (slot % 4 == 2));
  }
}

TEST_CASE("an entry says nothing from the tick of its expiry on", "[reputation]") {
  const Tick expiry = Tick::FromSeconds(100);
  Judge judge(Enforcing(), {Until(expiry, List(Tier::kFeed, "192.0.2.1", Verdict::kDrop))});
  CHECK(judge.One(kUdp, expiry + Duration::FromNs(-1)) == "drop reputation_drop");
  CHECK(judge.One(kUdp, expiry) == "pass none");
}

TEST_CASE("the question about a later fragment depends on what is known of it", "[reputation][fragments]") {
  BatchBuilder batch = {Packet().Ipv4({.fragment_offset = 16}).Next(17).Zeros(8),
                        Packet().Ipv6().Fragment6({.fragment_offset = 16}).Next(17).Zeros(8), kUdp};
  batch.Parsed();
  const LookupKey ipv4 = LookupKeyOf(*batch, 0);
  CHECK(ipv4.partial);
  CHECK(ipv4.protocol == 17);
  CHECK_FALSE(ipv4.service_port);
  const LookupKey ipv6 = LookupKeyOf(*batch, 1);
  CHECK(ipv6.partial);
  CHECK_FALSE(ipv6.protocol);
  const LookupKey whole = LookupKeyOf(*batch, 2);
  CHECK_FALSE(whole.partial);
  CHECK(whole.protocol == 17);
  CHECK(whole.service_port == 53);
  CHECK(ToString(whole.address) == "192.0.2.1");
}

}  // namespace
}  // namespace picket
