// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "dataplane/tables/reputation_table.h"
#include "tests/support/listing_builder.h"

// Exceptions inside a source: what they hide, and what they leave.
namespace picket {
namespace {

// A block of a feed, and an exception for one host in it.
struct Names {
  const char* host;
  const char* neighbour;
  const char* block;
  const char* wide;
};
Names EachFamily() {
  return GENERATE(Names{"192.0.2.7", "192.0.2.8", "192.0.2.0/24", "192.0.0.0/16"},
                  Names{"2001:db8::7", "2001:db8::8", "2001:db8::/64", "2001:db8::/32"});
}

Decision Decide(const std::vector<Listing>& listings, const LookupKey& key, Tick now = Tick{}) {
  return LookupOne(ReputationTable(listings), key, now);
}

TEST_CASE("an exception takes its addresses out of its source's wider entries", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{List(Tier::kFeed, n.wide, Verdict::kDrop),
                                      List(Tier::kFeed, n.block, Verdict::kDrop),
                                      Except(List(Tier::kFeed, n.host, Verdict::kDrop))};
  CHECK_FALSE(Decide(listings, Ask(n.host)).listed);
  CHECK(Decide(listings, Ask(n.neighbour)).verdict == Verdict::kDrop);
}

TEST_CASE("an exception hides nothing that is longer", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{List(Tier::kFeed, n.wide, Verdict::kMonitor),
                                      Except(List(Tier::kFeed, n.block, Verdict::kDrop)),
                                      List(Tier::kFeed, n.host, Verdict::kDrop)};
  CHECK(Decide(listings, Ask(n.host)).verdict == Verdict::kDrop);
  CHECK_FALSE(Decide(listings, Ask(n.neighbour)).listed);
}

TEST_CASE("an exception hides another scope of its own prefix", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{List(Tier::kFeed, n.host, Verdict::kDrop, "tcp/22"),
                                      Except(List(Tier::kFeed, n.host, Verdict::kDrop))};
  CHECK_FALSE(Decide(listings, Ask(n.host, kProtocolTcp, 22)).listed);
}

TEST_CASE("an exception opens no other source's list", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{List(Tier::kFeed, n.block, Verdict::kDrop),
                                      Except(List(Tier::kFeed, n.host, Verdict::kAllow)),
                                      By(1, List(Tier::kFeed, n.wide, Verdict::kMonitor)),
                                      By(2, Except(List(Tier::kOperator, n.host, Verdict::kAllow)))};
  CHECK(Decide(listings, Ask(n.host)).verdict == Verdict::kMonitor);
  CHECK(Decide(listings, Ask(n.neighbour)).verdict == Verdict::kDrop);
}

TEST_CASE("an exception holds for its scope and until its expiry", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{
      List(Tier::kFeed, n.block, Verdict::kDrop),
      Until(Tick::FromSeconds(5), Except(List(Tier::kFeed, n.host, Verdict::kDrop, "tcp/443")))};
  CHECK_FALSE(Decide(listings, Ask(n.host, kProtocolTcp, 443), Tick::FromNs(4'999'999'999)).listed);
  CHECK(Decide(listings, Ask(n.host, kProtocolTcp, 443), Tick::FromSeconds(5)).listed);
  CHECK(Decide(listings, Ask(n.host, kProtocolTcp, 80)).listed);
  CHECK(Decide(listings, AskPartial(n.host, kProtocolTcp)).listed);
}

TEST_CASE("exceptions alone list nothing, and are among what covers an address", "[reputation_table]") {
  const Names n = EachFamily();
  const std::vector<Listing> listings{Except(List(Tier::kOperator, n.host, Verdict::kDrop))};
  CHECK(Decide(listings, Ask(n.host)) == Decision{});
  CHECK(ReputationTable(listings).Covering(ParseAddress(n.host).value()) == listings);
}

}  // namespace
}  // namespace picket
