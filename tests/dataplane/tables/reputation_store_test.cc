// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/reputation_store.h"

#include <catch2/catch.hpp>

#include "tests/support/listing_builder.h"

namespace picket {
namespace {

constexpr size_t kRateClasses = 2;

Entry Drop(std::string_view prefix, std::string_view scope = "") {
  return List(Tier::kFeed, prefix, Verdict::kDrop, scope).entry;
}

Entry DropUntil(std::string_view prefix, uint64_t seconds) {
  Entry entry = Drop(prefix);
  entry.expiry = Tick::FromSeconds(seconds);
  return entry;
}

EntryKey KeyOf(const Entry& entry) { return {entry.prefix, entry.scope}; }

using Entries = std::vector<Entry>;
using Keys = std::vector<EntryKey>;

ApplyCounts Upsert(ReputationStore& store, SourceId source, const Entries& entries) {
  return store.Apply(source, entries, {}).value();
}

std::vector<Listing> Covering(ReputationStore& store, std::string_view address) {
  return store.Build()->Covering(ParseAddress(address).value());
}

TEST_CASE("a delta adds, updates, leaves and removes, and counts each", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const Entry a = Drop("192.0.2.1");
  const Entry b = Drop("192.0.2.2");
  CHECK(Upsert(store, feed, {a, b}) == ApplyCounts{.added = 2});
  Entry a_changed = a;
  a_changed.score = 50;
  const Entries upserts{a_changed, b, Drop("192.0.2.3")};
  CHECK(store.Apply(feed, upserts, Keys{{KeyOf(Drop("192.0.2.9"))}}).value() ==
        ApplyCounts{.added = 1, .updated = 1, .removed = 0, .unchanged = 1});
  CHECK(store.size() == 3);
  CHECK(store.Apply(feed, {}, Keys{{KeyOf(b)}}).value() == ApplyCounts{.removed = 1});
  CHECK(store.size() == 2);
  CHECK(Covering(store, "192.0.2.1").at(0).entry == a_changed);
  CHECK(Covering(store, "192.0.2.2").empty());
}

TEST_CASE("removing what is absent succeeds and counts nothing", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const Keys absent{KeyOf(Drop("192.0.2.1")), KeyOf(Drop("2001:db8::/32", "tcp/22"))};
  CHECK(store.Apply(feed, {}, absent).value() == ApplyCounts{});
  Upsert(store, feed, {Drop("192.0.2.1", "tcp")});
  CHECK(store.Apply(feed, {}, absent).value() == ApplyCounts{});
  CHECK(store.size() == 1);
}

TEST_CASE("of equal keys in one change the last holds", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  Entry second = Drop("192.0.2.1");
  second.score = 2;
  CHECK(Upsert(store, feed, {Drop("192.0.2.1"), second}) == ApplyCounts{.added = 1, .updated = 1});
  CHECK(Covering(store, "192.0.2.1").at(0).entry.score == 2);
  const Entries replacement{second, Drop("192.0.2.1")};
  CHECK(store.Replace(feed, replacement).value() == ApplyCounts{.updated = 1});
  CHECK(Covering(store, "192.0.2.1").at(0).entry.score == 0);
  CHECK(store.size() == 1);
}

TEST_CASE("a key that a delta removes and adds is added", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const Entries one{Drop("192.0.2.1")};
  Upsert(store, feed, one);
  CHECK(store.Apply(feed, one, Keys{KeyOf(one[0])}).value() == ApplyCounts{.added = 1, .removed = 1});
  CHECK(store.size() == 1);
}

TEST_CASE("a replacement is the source's whole set and leaves other sources alone", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const SourceId other = store.AddSource("other", Tier::kFeed).value();
  Upsert(store, other, {Drop("192.0.2.1")});
  CHECK(store.Replace(feed, Entries{Drop("192.0.2.1"), Drop("192.0.2.2"), Drop("192.0.2.3")}).value() ==
        ApplyCounts{.added = 3});
  Entry changed = Drop("192.0.2.2");
  changed.category = Category::kScanner;
  CHECK(store.Replace(feed, Entries{Drop("192.0.2.3"), changed, Drop("192.0.2.4")}).value() ==
        ApplyCounts{.added = 1, .updated = 1, .removed = 1, .unchanged = 1});
  CHECK(store.size() == 4);
  REQUIRE(Covering(store, "192.0.2.1").size() == 1);
  CHECK(Covering(store, "192.0.2.1").at(0).source == other);
  CHECK(store.Replace(feed, {}).value() == ApplyCounts{.removed = 3});
  CHECK(store.size() == 1);
}

TEST_CASE("a key may have several owners, each with its own verdict and expiry", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const SourceId judge = store.AddSource("judge", Tier::kFeed).value();
  const SourceId people = store.AddSource("people", Tier::kOperator).value();
  Upsert(store, feed, {DropUntil("192.0.2.1", 10)});
  Upsert(store, judge, {DropUntil("192.0.2.1", 30)});
  Entry allow = DropUntil("192.0.2.1", 20);
  allow.verdict = Verdict::kAllow;
  Upsert(store, people, {allow});
  const auto decided_by = [&](uint64_t seconds) {
    const auto table = store.Build();
    const Listing* l = table->Deciding(Ask("192.0.2.1"), Tick::FromSeconds(seconds), nullptr);
    return l == nullptr ? std::string("nobody") : store.source(l->source).name;
  };
  CHECK(decided_by(9) == "people");
  CHECK(decided_by(20) == "judge");
  CHECK(decided_by(30) == "nobody");
  CHECK(store.Apply(people, {}, Keys{KeyOf(allow)}).value() == ApplyCounts{.removed = 1});
  CHECK(decided_by(9) == "feed");
  CHECK(decided_by(10) == "judge");
}

TEST_CASE("expired entries are removed at their tick, not before", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId a = store.AddSource("a", Tier::kFeed).value();
  const SourceId b = store.AddSource("b", Tier::kOperator).value();
  Upsert(store, a, {DropUntil("192.0.2.1", 10), DropUntil("192.0.2.2", 20), Drop("192.0.2.3")});
  Upsert(store, b, {DropUntil("192.0.2.1", 10)});
  CHECK(store.Expire(Tick::FromNs(9'999'999'999)) == 0);
  CHECK(store.Expire(Tick::FromSeconds(10)) == 2);
  CHECK(store.size() == 2);
  CHECK(Covering(store, "192.0.2.1").empty());
  CHECK(store.Expire(Tick::FromSeconds(1'000'000)) == 1);
  CHECK(store.Expire(Tick::FromNs(UINT64_MAX - 1)) == 0);
  CHECK(store.size() == 1);
}

TEST_CASE("generations count from one, and a picture does not change with the store", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  const auto first = store.Build();
  Upsert(store, feed, {Drop("192.0.2.1")});
  const auto second = store.Build();
  CHECK(first->generation() == 1);
  CHECK(second->generation() == 2);
  CHECK(first->size() == 0);
  CHECK(second->size() == 1);
  CHECK_FALSE(LookupOne(*first, Ask("192.0.2.1")).listed);
}

TEST_CASE("a source keeps its number, and its name belongs to one tier", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  const SourceId feed = store.AddSource("feed", Tier::kFeed).value();
  CHECK(store.AddSource("feed", Tier::kFeed).value() == feed);
  CHECK(store.AddSource("feed", Tier::kOperator).status().code() == absl::StatusCode::kAlreadyExists);
  CHECK(store.AddSource("other", Tier::kOperator).value() != feed);
  CHECK(store.source(feed).name == "feed");
  CHECK(store.source(feed).tier == Tier::kFeed);
}

TEST_CASE("sources are limited in number, known ones are still found", "[reputation_store]") {
  ReputationStore store(kRateClasses);
  for (size_t i = 0; i < kSourcesMax; ++i) REQUIRE(store.AddSource(std::to_string(i), Tier::kFeed).ok());
  CHECK(store.AddSource("one more", Tier::kFeed).status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(store.AddSource("17", Tier::kFeed).value() == 17);
}

}  // namespace
}  // namespace picket
