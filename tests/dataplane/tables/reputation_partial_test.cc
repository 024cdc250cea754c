// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <tuple>

#include "dataplane/tables/reputation_table.h"
#include "tests/support/listing_builder.h"

// Later fragments whose first is unknown, what covers an address, and who decides among equals.
namespace picket {
namespace {

TEST_CASE("a later fragment without its first falls under a port-scoped drop, by assumption", "[reputation_table]") {
  const char* host = GENERATE("192.0.2.7", "2001:db8::7");
  const std::vector<Listing> listings{List(Tier::kFeed, host, Verdict::kDrop, "udp/53")};
  const ReputationTable table(listings);
  const Decision decision = LookupOne(table, AskPartial(host, kProtocolUdp));
  CHECK(decision.verdict == Verdict::kDrop);
  CHECK(decision.assumed);
  CHECK(LookupOne(table, AskPartial(host, kProtocolTcp)) == Decision{});
  CHECK(LookupOne(table, AskPartial(host, std::nullopt)).assumed);
}

TEST_CASE("a later fragment without its first takes no advantage of other port scopes", "[reputation_table]") {
  const char* host = GENERATE("192.0.2.7", "2001:db8::7");
  for (const Verdict v : {Verdict::kAllow, Verdict::kPass, Verdict::kMonitor, Verdict::kLimit, Verdict::kChallenge,
                          Verdict::kConfine, Verdict::kDecoy, Verdict::kDropNew}) {
    const std::vector<Listing> listings{List(Tier::kOperator, host, v, "udp/53"),
                                        List(Tier::kFeed, host, Verdict::kMonitor)};
    CHECK(LookupOne(ReputationTable(listings), AskPartial(host, kProtocolUdp)).tier == Tier::kFeed);
  }
}

TEST_CASE("a limit that might match hides no drop that does", "[reputation_table]") {
  const std::vector<Listing> listings{List(Tier::kFeed, "192.0.2.7", Verdict::kLimit, "udp/53"),
                                      List(Tier::kFeed, "192.0.2.0/24", Verdict::kDrop)};
  CHECK(LookupOne(ReputationTable(listings), AskPartial("192.0.2.7", kProtocolUdp)).verdict == Verdict::kDrop);
}

TEST_CASE("a protocol scope truly matches a later fragment that shows its protocol", "[reputation_table]") {
  const char* host = GENERATE("192.0.2.7", "2001:db8::7");
  const std::vector<Listing> listings{List(Tier::kFeed, host, Verdict::kDrop, "udp")};
  const ReputationTable table(listings);
  CHECK_FALSE(LookupOne(table, AskPartial(host, kProtocolUdp)).assumed);
  CHECK(LookupOne(table, AskPartial(host, kProtocolUdp)).listed);
  CHECK(LookupOne(table, AskPartial(host, std::nullopt)).assumed);
  CHECK_FALSE(LookupOne(table, AskPartial(host, kProtocolTcp)).listed);
}

TEST_CASE("a whole packet without ports matches no port scope", "[reputation_table]") {
  const std::vector<Listing> listings{List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "udp/1-65535")};
  LookupKey key = Ask("192.0.2.7");
  key.protocol = kProtocolUdp;
  key.service_port.reset();
  CHECK_FALSE(LookupOne(ReputationTable(listings), key).listed);
  key.protocol.reset();
  CHECK_FALSE(LookupOne(ReputationTable(listings), key).listed);
}

TEST_CASE("what an equal entry truly says is not called an assumption", "[reputation_table]") {
  const Listing scoped = List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "udp/53");
  const Listing whole = List(Tier::kFeed, "192.0.2.7", Verdict::kDrop);
  const LookupKey key = AskPartial("192.0.2.7", kProtocolUdp);
  for (const SourceId other : {SourceId{0}, SourceId{1}}) {
    CHECK_FALSE(LookupOne(ReputationTable(std::vector{scoped, By(other, whole)}), key).assumed);
    CHECK_FALSE(LookupOne(ReputationTable(std::vector{By(other, whole), scoped}), key).assumed);
    CHECK_FALSE(LookupOne(ReputationTable(std::vector{By(other, scoped), whole}), key).assumed);
  }
}

TEST_CASE("who decides among equals does not depend on the order of arrival", "[reputation_table]") {
  std::vector<Listing> listings{List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "tcp/1-1024"),
                                List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "tcp/80"),
                                List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "tcp"),
                                By(1, List(Tier::kFeed, "192.0.2.7", Verdict::kDrop, "tcp")),
                                By(1, List(Tier::kFeed, "192.0.2.7", Verdict::kDrop))};
  const auto before = [](const Listing& a, const Listing& b) {
    return std::tuple(a.source, a.entry.scope) < std::tuple(b.source, b.entry.scope);
  };
  std::sort(listings.begin(), listings.end(), before);
  do {
    const ReputationTable table(listings);
    const Listing* decider = table.Deciding(Ask("192.0.2.7"), Tick{}, nullptr);
    REQUIRE(decider != nullptr);
    REQUIRE(*decider == By(1, List(Tier::kFeed, "192.0.2.7", Verdict::kDrop)));
    REQUIRE(
        table.Covering(ParseAddress("192.0.2.7").value()) ==
        ReputationTable(std::vector(listings.rbegin(), listings.rend())).Covering(ParseAddress("192.0.2.7").value()));
  } while (std::next_permutation(listings.begin(), listings.end(), before));
}

TEST_CASE("what covers an address is listed in order of precedence, expired ones too", "[reputation_table]") {
  const std::vector<Listing> listings{Until(Tick::FromNs(1), List(Tier::kFeed, "192.0.2.7", Verdict::kDrop)),
                                      By(1, List(Tier::kOperator, "192.0.0.0/8", Verdict::kAllow)),
                                      List(Tier::kFeed, "192.0.2.0/24", Verdict::kMonitor),
                                      By(2, List(Tier::kFeed, "192.0.2.0/24", Verdict::kDrop, "tcp/22")),
                                      List(Tier::kFeed, "192.0.3.0/24", Verdict::kDrop)};
  const std::vector<Listing> covering = ReputationTable(listings).Covering(ParseAddress("192.0.2.7").value());
  REQUIRE(covering.size() == 4);
  CHECK(covering[0] == listings[1]);
  CHECK(covering[1] == listings[0]);
  CHECK(covering[2] == listings[3]);
  CHECK(covering[3] == listings[2]);
}

}  // namespace
}  // namespace picket
