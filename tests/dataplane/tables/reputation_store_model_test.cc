// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "dataplane/tables/reputation_store.h"
#include "tests/support/listing_builder.h"
#include "tests/support/naive_reputation.h"

// Random changes to a store against the same changes to a std::map.
namespace picket {
namespace {

constexpr SourceId kSources = 5;
constexpr uint64_t kStoreMax = 120;

using Key = std::tuple<SourceId, Prefix, Scope>;
using Map = std::map<Key, Entry>;

struct Change {
  std::vector<Entry> upserts;
  std::vector<EntryKey> removals;
};

Change RandomChange(Rng& rng, const SmallWorld& world) {
  Change change;
  for (uint64_t i = Pick(rng, 30); i > 0; --i) change.upserts.push_back(RandomEntry(rng, world));
  for (uint64_t i = Pick(rng, 40); i > 0; --i) {
    const Entry e = RandomEntry(rng, world);
    change.removals.push_back({e.prefix, e.scope});
  }
  return change;
}

// nullopt: the model would exceed its limit.
std::optional<ApplyCounts> ApplyTo(Map& model, SourceId source, const Change& change) {
  Map next = model;
  ApplyCounts counts;
  for (const EntryKey& k : change.removals) counts.removed += next.erase({source, k.prefix, k.scope});
  for (const Entry& e : change.upserts) {
    const auto [at, inserted] = next.insert({{source, e.prefix, e.scope}, e});
    ++(inserted ? counts.added : at->second == e ? counts.unchanged : counts.updated);
    at->second = e;
  }
  if (next.size() > kStoreMax) return std::nullopt;
  model = std::move(next);
  return counts;
}

std::optional<ApplyCounts> ReplaceIn(Map& model, SourceId source, const std::vector<Entry>& entries) {
  Map next;
  for (const auto& item : model) {
    if (std::get<0>(item.first) != source) next.insert(item);
  }
  const size_t others = next.size();
  for (const Entry& e : entries) next[{source, e.prefix, e.scope}] = e;
  if (next.size() > kStoreMax) return std::nullopt;
  ApplyCounts counts;
  for (const auto& [key, entry] : next) {
    if (std::get<0>(key) != source) continue;
    const auto before = model.find(key);
    ++(before == model.end() ? counts.added : before->second == entry ? counts.unchanged : counts.updated);
  }
  counts.removed = model.size() - others - counts.updated - counts.unchanged;
  model = std::move(next);
  return counts;
}

void RequireSame(const absl::StatusOr<ApplyCounts>& got, const std::optional<ApplyCounts>& expected) {
  if (!expected) {
    REQUIRE(got.status().code() == absl::StatusCode::kResourceExhausted);
    return;
  }
  REQUIRE(got.ok());
  REQUIRE(*got == *expected);
}

std::vector<Listing> ListingsOf(const Map& model) {
  std::vector<Listing> listings;
  for (const auto& [key, entry] : model) {
    const SourceId source = std::get<0>(key);
    listings.push_back({entry, static_cast<Tier>(source % 4), source});
  }
  return listings;
}

void RequireSamePicture(Rng& rng, ReputationStore& store, const Map& model, const SmallWorld& world) {
  const std::vector<Listing> listings = ListingsOf(model);
  const auto table = store.Build();
  REQUIRE(table->size() == listings.size());
  for (uint64_t i = 0; i < uint64_t{1} << world.bits; ++i) {
    std::vector<Listing> covering = NaiveCovering(listings, world.At(i));
    std::sort(covering.begin(), covering.end(), Precedes);
    REQUIRE(table->Covering(world.At(i)) == covering);
    const LookupKey key = RandomKey(rng, world);
    const Tick now = Tick::FromSeconds(Pick(rng, kRandomExpiries + 2));
    REQUIRE(LookupOne(*table, key, now) == NaiveLookup(listings, key, now));
  }
}

// One random change to both; a bad entry among the upserts must change neither.
void Step(Rng& rng, ReputationStore& store, Map& model, const SmallWorld& world) {
  const auto source = static_cast<SourceId>(Pick(rng, kSources));
  Change change = RandomChange(rng, world);
  switch (Pick(rng, 8)) {
    case 0:
      RequireSame(store.Replace(source, change.upserts), ReplaceIn(model, source, change.upserts));
      break;
    case 1: {
      const Tick now = Tick::FromSeconds(1 + Pick(rng, kRandomExpiries));
      REQUIRE(store.Expire(now) == std::erase_if(model, [&](const auto& item) { return item.second.expiry <= now; }));
      break;
    }
    case 2: {
      Entry bad = RandomEntry(rng, world);
      bad.score = 101;
      change.upserts.insert(change.upserts.begin() + static_cast<long>(Pick(rng, change.upserts.size() + 1)), bad);
      const bool replace = Pick(rng, 2) == 0;
      const auto got =
          replace ? store.Replace(source, change.upserts) : store.Apply(source, change.upserts, change.removals);
      REQUIRE(got.status().code() == absl::StatusCode::kInvalidArgument);
      break;
    }
    default:
      RequireSame(store.Apply(source, change.upserts, change.removals), ApplyTo(model, source, change));
  }
  REQUIRE(store.size() == model.size());
}

TEST_CASE("a store keeps up with a map through random changes", "[reputation_store]") {
  const SmallWorld world{GENERATE(Family::kIpv4, Family::kIpv6), 3};
  Rng rng(30);
  ReputationStore store(kRandomRateClasses, kStoreMax);
  for (SourceId s = 0; s < kSources; ++s) {
    REQUIRE(store.AddSource("source " + std::to_string(s), static_cast<Tier>(s % 4)).value() == s);
  }
  Map model;
  for (int step = 0; step < 2'000; ++step) {
    Step(rng, store, model, world);
    if (step % 10 == 0) RequireSamePicture(rng, store, model, world);
  }
}

}  // namespace
}  // namespace picket
