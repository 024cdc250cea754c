// SPDX-License-Identifier: Apache-2.0
#include "dataplane/entry.h"

#include <catch2/catch.hpp>
#include <set>

namespace picket {
namespace {

template <typename Enum, typename FromName>
void RequireNames(size_t count, FromName from_name) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < count; ++i) {
    const auto value = static_cast<Enum>(i);
    CHECK_FALSE(Name(value).empty());
    CHECK(names.insert(Name(value)).second);
    CHECK(from_name(Name(value)) == value);
  }
  CHECK_FALSE(from_name(""));
  CHECK_FALSE(from_name("no such name"));
}

TEST_CASE("every tier, category and verdict has a name of its own that reads back", "[entry]") {
  RequireNames<Tier>(4, TierFromName);
  RequireNames<Category>(static_cast<size_t>(Category::kInfrastructure) + 1, CategoryFromName);
  RequireNames<Verdict>(kVerdictCount, VerdictFromName);
  RequireNames<Mode>(3, ModeFromName);
}

TEST_CASE("names are spelt as operators write them", "[entry]") {
  CHECK(TierFromName("never_block") == Tier::kNeverBlock);
  CHECK(CategoryFromName("research_scanner") == Category::kResearchScanner);
  CHECK(CategoryFromName("infrastructure") == Category::kInfrastructure);
  CHECK(VerdictFromName("drop_new") == Verdict::kDropNew);
  CHECK_FALSE(TierFromName("Operator"));
  CHECK_FALSE(VerdictFromName("drop "));
}

TEST_CASE("tiers order from feed to never-block, verdicts from allow to drop", "[entry]") {
  CHECK(Tier::kFeed < Tier::kFleet);
  CHECK(Tier::kFleet < Tier::kOperator);
  CHECK(Tier::kOperator < Tier::kNeverBlock);
  const Verdict by_strength[] = {Verdict::kAllow, Verdict::kPass,      Verdict::kMonitor,
                                 Verdict::kLimit, Verdict::kChallenge, Verdict::kConfine,
                                 Verdict::kDecoy, Verdict::kDropNew,   Verdict::kDrop};
  for (size_t i = 1; i < kVerdictCount; ++i) CHECK(by_strength[i - 1] < by_strength[i]);
}

TEST_CASE("an entry is its members", "[entry]") {
  const Entry entry{.prefix = ParsePrefix("192.0.2.0/24").value(), .scope = ParseScope("tcp/22").value()};
  CHECK(entry.verdict == Verdict::kDrop);
  CHECK(entry.expiry == kNever);
  CHECK(entry.rate_class == kNoRateClass);
  Entry other = entry;
  CHECK(other == entry);
  other.scope.ports[0].last = 23;
  CHECK_FALSE(other == entry);
}

}  // namespace
}  // namespace picket
