// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/reputation_table.h"

#include <catch2/catch.hpp>

#include "tests/support/listing_builder.h"

namespace picket {
namespace {

// Nested blocks around one host, the same story in each family.
struct Names {
  const char* host;
  const char* neighbour;  // in `near`, not `host`
  const char* far_off;    // in `wide` only
  const char* outside;
  const char* near;
  const char* mid;
  const char* wide;
  uint8_t host_length, near_length, mid_length, wide_length;
};
constexpr Names kIpv4Names{"198.51.100.7",
                           "198.51.100.8",
                           "198.18.0.1",
                           "203.0.113.7",
                           "198.51.100.0/24",
                           "198.51.0.0/16",
                           "198.0.0.0/8",
                           32,
                           24,
                           16,
                           8};
constexpr Names kIpv6Names{"2001:db8:1:2::7",
                           "2001:db8:1:2::8",
                           "2001:dff::1",
                           "3fff::7",
                           "2001:db8:1:2::/64",
                           "2001:db8:1::/48",
                           "2001:c00::/22",
                           128,
                           64,
                           48,
                           22};

Names EachFamily() { return GENERATE(kIpv4Names, kIpv6Names); }

Decision Listed(Tier tier, uint8_t length, Verdict verdict, RateClassId rate_class = kNoRateClass) {
  return {.verdict = verdict, .tier = tier, .length = length, .listed = true, .rate_class = rate_class};
}

ReputationTable TableOf(const std::vector<Listing>& listings) { return ReputationTable(listings); }

TEST_CASE("an address without an entry is not listed", "[reputation_table]") {
  const Names n = EachFamily();
  CHECK(LookupOne(ReputationTable(), Ask(n.host)) == Decision{});
  CHECK(LookupOne(TableOf({List(Tier::kFeed, n.wide, Verdict::kDrop)}), Ask(n.outside)) == Decision{});
}

TEST_CASE("the longest prefix of a tier decides", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table =
      TableOf({List(Tier::kFeed, n.wide, Verdict::kDrop), List(Tier::kFeed, n.near, Verdict::kMonitor),
               List(Tier::kFeed, n.host, Verdict::kAllow)});
  CHECK(LookupOne(table, Ask(n.host)) == Listed(Tier::kFeed, n.host_length, Verdict::kAllow));
  CHECK(LookupOne(table, Ask(n.neighbour)) == Listed(Tier::kFeed, n.near_length, Verdict::kMonitor));
  CHECK(LookupOne(table, Ask(n.far_off)) == Listed(Tier::kFeed, n.wide_length, Verdict::kDrop));
}

TEST_CASE("a scoped host stands over an unscoped block over a scoped wider block", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table =
      TableOf({List(Tier::kFeed, n.wide, Verdict::kDrop, "udp/53"), List(Tier::kFeed, n.near, Verdict::kMonitor),
               List(Tier::kFeed, n.host, Verdict::kDrop, "tcp/22")});
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 22)) == Listed(Tier::kFeed, n.host_length, Verdict::kDrop));
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 23)) == Listed(Tier::kFeed, n.near_length, Verdict::kMonitor));
  CHECK(LookupOne(table, Ask(n.host, kProtocolUdp, 53)) == Listed(Tier::kFeed, n.near_length, Verdict::kMonitor));
  CHECK(LookupOne(table, Ask(n.far_off, kProtocolUdp, 53)) == Listed(Tier::kFeed, n.wide_length, Verdict::kDrop));
  CHECK(LookupOne(table, Ask(n.far_off, kProtocolTcp, 53)) == Decision{});
}

TEST_CASE("an operator's allow of a block overrides a judge's host inside it", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table =
      TableOf({List(Tier::kOperator, n.mid, Verdict::kAllow), By(1, List(Tier::kFeed, n.host, Verdict::kDrop))});
  CHECK(LookupOne(table, Ask(n.host)) == Listed(Tier::kOperator, n.mid_length, Verdict::kAllow));
  CHECK(LookupOne(table, Ask(n.neighbour)) == Listed(Tier::kOperator, n.mid_length, Verdict::kAllow));
}

TEST_CASE("a feed's host does not open what an operator closed", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table =
      TableOf({List(Tier::kOperator, n.near, Verdict::kDrop), By(1, List(Tier::kFeed, n.host, Verdict::kAllow))});
  CHECK(LookupOne(table, Ask(n.host)) == Listed(Tier::kOperator, n.near_length, Verdict::kDrop));
}

TEST_CASE("an operator's entry that does not match leaves the word to a feed's", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table = TableOf(
      {List(Tier::kOperator, n.near, Verdict::kAllow, "tcp/443"), By(1, List(Tier::kFeed, n.host, Verdict::kDrop))});
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 443)) == Listed(Tier::kOperator, n.near_length, Verdict::kAllow));
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 80)) == Listed(Tier::kFeed, n.host_length, Verdict::kDrop));
}

TEST_CASE("a scoped host without an unscoped one speaks for its scope alone", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table = TableOf({List(Tier::kFeed, n.host, Verdict::kDrop, "tcp/22")});
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 22)) == Listed(Tier::kFeed, n.host_length, Verdict::kDrop));
  CHECK(LookupOne(table, Ask(n.host, kProtocolTcp, 80)) == Decision{});
  CHECK(LookupOne(table, Ask(n.host, kProtocolUdp, 22)) == Decision{});
}

TEST_CASE("tiers rank never-block, operator, fleet, feed, whatever the length", "[reputation_table]") {
  const Names n = EachFamily();
  std::vector<Listing> listings{List(Tier::kFeed, n.host, Verdict::kDrop)};
  CHECK(LookupOne(TableOf(listings), Ask(n.host)) == Listed(Tier::kFeed, n.host_length, Verdict::kDrop));
  listings.push_back(By(1, List(Tier::kFleet, n.near, Verdict::kMonitor)));
  CHECK(LookupOne(TableOf(listings), Ask(n.host)) == Listed(Tier::kFleet, n.near_length, Verdict::kMonitor));
  listings.push_back(By(2, List(Tier::kOperator, n.mid, Verdict::kDrop)));
  CHECK(LookupOne(TableOf(listings), Ask(n.host)) == Listed(Tier::kOperator, n.mid_length, Verdict::kDrop));
  listings.push_back(By(3, List(Tier::kNeverBlock, n.wide, Verdict::kPass)));
  CHECK(LookupOne(TableOf(listings), Ask(n.host)) == Listed(Tier::kNeverBlock, n.wide_length, Verdict::kPass));
}

TEST_CASE("of one tier and length the stronger verdict holds", "[reputation_table]") {
  const Names n = EachFamily();
  for (size_t weak = 0; weak < kVerdictCount; ++weak) {
    for (size_t strong = weak + 1; strong < kVerdictCount; ++strong) {
      const Listing a = List(Tier::kFeed, n.near, static_cast<Verdict>(weak));
      const Listing b = By(1, List(Tier::kFeed, n.near, static_cast<Verdict>(strong)));
      const Decision expected = Listed(Tier::kFeed, n.near_length, static_cast<Verdict>(strong));
      CHECK(LookupOne(TableOf({a, b}), Ask(n.host)) == expected);
      CHECK(LookupOne(TableOf({b, a}), Ask(n.host)) == expected);
    }
  }
}

TEST_CASE("of two limits alike the lower rate class holds", "[reputation_table]") {
  const Names n = EachFamily();
  const Listing a = Rated(7, List(Tier::kFeed, n.near, Verdict::kLimit));
  const Listing b = Rated(2, By(1, List(Tier::kFeed, n.near, Verdict::kLimit)));
  const Decision expected = Listed(Tier::kFeed, n.near_length, Verdict::kLimit, 2);
  CHECK(LookupOne(TableOf({a, b}), Ask(n.host)) == expected);
  CHECK(LookupOne(TableOf({b, a}), Ask(n.host)) == expected);
}

TEST_CASE("an entry ends at its expiry, to the nanosecond, and the next one holds", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table = TableOf({Until(Tick::FromNs(1'000), List(Tier::kOperator, n.host, Verdict::kAllow)),
                                         Until(Tick::FromNs(2'000), List(Tier::kFeed, n.host, Verdict::kDrop)),
                                         List(Tier::kFeed, n.near, Verdict::kMonitor)});
  const Decision allow = Listed(Tier::kOperator, n.host_length, Verdict::kAllow);
  const Decision drop = Listed(Tier::kFeed, n.host_length, Verdict::kDrop);
  const Decision monitor = Listed(Tier::kFeed, n.near_length, Verdict::kMonitor);
  CHECK(LookupOne(table, Ask(n.host), Tick::FromNs(999)) == allow);
  CHECK(LookupOne(table, Ask(n.host), Tick::FromNs(1'000)) == drop);
  CHECK(LookupOne(table, Ask(n.host), Tick::FromNs(1'999)) == drop);
  CHECK(LookupOne(table, Ask(n.host), Tick::FromNs(2'000)) == monitor);
  CHECK(LookupOne(table, Ask(n.host), Tick::FromNs(UINT64_MAX - 1)) == monitor);
}

TEST_CASE("owners of one key keep their own expiry", "[reputation_table]") {
  const Names n = EachFamily();
  const ReputationTable table =
      TableOf({By(1, Until(Tick::FromSeconds(10), List(Tier::kFeed, n.host, Verdict::kDrop))),
               By(2, Until(Tick::FromSeconds(20), List(Tier::kFeed, n.host, Verdict::kDrop))),
               By(3, Until(Tick::FromSeconds(30), List(Tier::kFeed, n.host, Verdict::kMonitor)))});
  const auto decider_at = [&](uint64_t seconds) {
    const Listing* l = table.Deciding(Ask(n.host), Tick::FromSeconds(seconds), nullptr);
    return l == nullptr ? -1 : int{l->source};
  };
  CHECK(decider_at(9) == 1);
  CHECK(decider_at(10) == 2);
  CHECK(decider_at(20) == 3);
  CHECK(decider_at(30) == -1);
}

TEST_CASE("a default route lists every address of its family only", "[reputation_table]") {
  const ReputationTable table = TableOf({List(Tier::kFeed, "0.0.0.0/0", Verdict::kMonitor)});
  CHECK(LookupOne(table, Ask("0.0.0.0")) == Listed(Tier::kFeed, 0, Verdict::kMonitor));
  CHECK(LookupOne(table, Ask("255.255.255.255")) == Listed(Tier::kFeed, 0, Verdict::kMonitor));
  CHECK(LookupOne(table, Ask("::")) == Decision{});
  CHECK(LookupOne(table, Ask("::ffff:192.0.2.1")) == Decision{});
  const ReputationTable six = TableOf({List(Tier::kFeed, "::/0", Verdict::kMonitor)});
  CHECK(LookupOne(six, Ask("ffff:ffff::")) == Listed(Tier::kFeed, 0, Verdict::kMonitor));
  CHECK(LookupOne(six, Ask("0.0.0.0")) == Decision{});
}

TEST_CASE("a batch is answered key by key", "[reputation_table]") {
  const ReputationTable table = TableOf({List(Tier::kFeed, "192.0.2.0/28", Verdict::kDrop)});
  std::vector<LookupKey> keys;
  for (uint32_t i = 0; i < kBatchMax; ++i) keys.push_back(Ask(ToString(Address::V4(0xc000'0200 + i))));
  std::vector<Decision> out(kBatchMax, Listed(Tier::kOperator, 1, Verdict::kAllow));
  table.Lookup(keys, Tick{}, out);
  for (uint32_t i = 0; i < kBatchMax; ++i) CHECK(out[i].listed == (i < 16));
  table.Lookup({}, Tick{}, {});
}

TEST_CASE("a table knows its generation and its size", "[reputation_table]") {
  const std::vector<Listing> one{List(Tier::kFeed, "192.0.2.1", Verdict::kDrop)};
  CHECK(ReputationTable(one, 42).generation() == 42);
  CHECK(ReputationTable(one, 42).size() == 1);
  CHECK(ReputationTable().size() == 0);
}

}  // namespace
}  // namespace picket
