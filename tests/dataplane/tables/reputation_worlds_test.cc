// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/listing_builder.h"
#include "tests/support/naive_reputation.h"

// The table against the linear scan: random worlds, and small ones exhaustively.
namespace picket {
namespace {

Family EachFamily() { return GENERATE(Family::kIpv4, Family::kIpv6); }

std::string Show(const std::vector<Listing>& listings) {
  std::ostringstream text;
  for (const Listing& l : listings) text << "  " << l << "\n";
  return text.str();
}

// Catch's macros cost more than the lookups do: only a difference reaches them.
void RequireSame(const ReputationTable& table, const std::vector<Listing>& listings, const LookupKey& key, Tick now) {
  const Decision got = LookupOne(table, key, now);
  const Decision expected = NaiveLookup(listings, key, now);
  if (got == expected) return;
  INFO(key << " at " << now.ns << " ns among\n" << Show(NaiveCovering(listings, key.address)));
  REQUIRE(got == expected);
}

void RequireSameCovering(const ReputationTable& table, const std::vector<Listing>& listings, const Address& address) {
  std::vector<Listing> expected = NaiveCovering(listings, address);
  std::sort(expected.begin(), expected.end(), Precedes);
  REQUIRE(table.Covering(address) == expected);
}

TEST_CASE("the table agrees with a linear scan in random worlds", "[reputation_table]") {
  const Family family = EachFamily();
  Rng rng(20);
  for (int world = 0; world < 300; ++world) {
    const RandomListings shape{.world = {family, static_cast<uint8_t>(2 + Pick(rng, 7))},
                               .count = 1 + Pick(rng, 60),
                               .sources = static_cast<SourceId>(1 + Pick(rng, 9))};
    std::vector<Listing> listings = MakeListings(rng, shape);
    const ReputationTable table(listings);
    REQUIRE(table.size() == listings.size());
    for (int i = 0; i < 200; ++i) {
      RequireSame(table, listings, RandomKey(rng, shape.world), Tick::FromSeconds(Pick(rng, kRandomExpiries + 2)));
    }
    for (uint64_t i = 0; i < 8; ++i) RequireSameCovering(table, listings, shape.world.At(rng()));
  }
}

TEST_CASE("the table agrees with a linear scan on thousands of nested prefixes", "[reputation_table]") {
  const Family family = EachFamily();
  Rng rng(21);
  const RandomListings shape{.world = {family, 12}, .count = 3'000, .sources = 40};
  std::vector<Listing> listings = MakeListings(rng, shape);
  const ReputationTable table(listings);
  for (int i = 0; i < 1'000; ++i) {
    RequireSame(table, listings, RandomKey(rng, shape.world), Tick::FromSeconds(Pick(rng, kRandomExpiries + 2)));
  }
}

TEST_CASE("the table agrees with a linear scan on prefixes of every length", "[reputation_table]") {
  const Family family = EachFamily();
  Rng rng(22);
  const SmallWorld whole{family, 0};
  const Address base = family == Family::kIpv4 ? Address::V4(0xa5a5'5a5a) : Address::V6(0xa5a5'5a5a'0ff0'c33c, 0x96);
  std::vector<Listing> listings;
  for (int length = 0; length <= AddressBits(family); ++length) {
    Entry entry = RandomEntry(rng, whole);
    entry.prefix = Prefix::Of(base, static_cast<uint8_t>(length));
    listings.push_back({entry, static_cast<Tier>(Pick(rng, 4)), 0});
  }
  const ReputationTable table(listings);
  for (int flipped = -1; flipped < AddressBits(family); ++flipped) {
    LookupKey key = RandomKey(rng, whole);
    key.address = base;
    if (flipped >= 64) key.address.high ^= uint64_t{1} << (flipped - 64);
    if (flipped >= 0 && flipped < 64) key.address.low ^= uint64_t{1} << flipped;
    for (uint64_t s = 0; s < 6; ++s) RequireSame(table, listings, key, Tick::FromSeconds(s));
    RequireSameCovering(table, listings, key.address);
  }
}

// Every key that the scopes tcp and tcp/80 can tell apart.
std::vector<LookupKey> AllKeys(const SmallWorld& world) {
  std::vector<LookupKey> keys;
  for (uint64_t i = 0; i < uint64_t{1} << world.bits; ++i) {
    const Address a = world.At(i);
    keys.push_back({.address = a, .protocol = kProtocolTcp, .service_port = uint16_t{80}});
    keys.push_back({.address = a, .protocol = kProtocolTcp, .service_port = uint16_t{81}});
    keys.push_back({.address = a, .protocol = kProtocolUdp, .service_port = uint16_t{80}});
    keys.push_back({.address = a, .protocol = kProtocolTcp, .service_port = {}, .partial = true});
    keys.push_back({.address = a, .protocol = {}, .service_port = {}, .partial = true});
  }
  return keys;
}

void RequireSameForAll(const std::vector<Listing>& listings, const std::vector<LookupKey>& keys, Tick now) {
  const ReputationTable table(listings);
  for (const LookupKey& key : keys) RequireSame(table, listings, key, now);
}

// Every entry over all blocks of the world, three tiers, three scopes, three verdicts.
std::vector<Listing> AllListings(const SmallWorld& world) {
  std::vector<Listing> all;
  for (uint8_t length = 0; length <= world.bits; ++length) {
    for (uint64_t block = 0; block < uint64_t{1} << length; ++block) {
      for (const Tier tier : {Tier::kFeed, Tier::kOperator, Tier::kNeverBlock}) {
        for (const char* scope : {"", "tcp", "tcp/80"}) {
          for (const Verdict v : {Verdict::kAllow, Verdict::kDecoy, Verdict::kDrop}) {
            Entry entry{.prefix = world.Block(block << (world.bits - length), length), .scope = {}, .verdict = v};
            if (*scope != '\0') entry.scope = ParseScope(scope).value();
            all.push_back({entry, tier, static_cast<SourceId>(tier)});
          }
        }
      }
    }
  }
  return all;
}

TEST_CASE("every two entries of a small world are weighed as by a linear scan", "[reputation_table]") {
  const SmallWorld world{EachFamily(), 2};
  const std::vector<Listing> all = AllListings(world);
  const std::vector<LookupKey> keys = AllKeys(world);
  for (const Listing& a : all) {
    for (const Listing& b : all) {
      if (&a != &b) RequireSameForAll({a, b}, keys, Tick{});
    }
  }
}

// Twelve entries of three sources over the blocks above and beside one host, of every kind that the rules tell apart.
std::vector<Listing> Deck(const SmallWorld& world, Rng& rng) {
  std::vector<Listing> deck;
  while (deck.size() < 12) {
    Entry entry{.prefix = world.Block(Pick(rng, 2), static_cast<uint8_t>(deck.size() % 4)), .scope = {}};
    entry.verdict = std::array{Verdict::kAllow, Verdict::kMonitor, Verdict::kLimit, Verdict::kDrop}[Pick(rng, 4)];
    if (entry.verdict == Verdict::kLimit) entry.rate_class = static_cast<RateClassId>(Pick(rng, 2));
    if (Pick(rng, 2) == 0) entry.scope = ParseScope(Pick(rng, 2) == 0 ? "tcp" : "tcp/80").value();
    if (Pick(rng, 3) == 0) entry.expiry = Tick::FromSeconds(1);
    entry.exception = Pick(rng, 8) == 0;
    const auto source = static_cast<SourceId>(Pick(rng, 3));
    const bool taken = std::any_of(deck.begin(), deck.end(), [&](const Listing& l) {
      return l.source == source && l.entry.prefix == entry.prefix && l.entry.scope == entry.scope;
    });
    if (!taken) deck.push_back({entry, static_cast<Tier>(Pick(rng, 2) * 2), source});
  }
  return deck;
}

TEST_CASE("every subset of a small world's entries, in any order, answers as a linear scan", "[reputation_table]") {
  const SmallWorld world{EachFamily(), 3};
  const uint64_t seed = GENERATE(1U, 2U, 3U, 4U);
  Rng rng(seed);
  const std::vector<Listing> deck = Deck(world, rng);
  const std::vector<LookupKey> keys = AllKeys(world);
  for (uint32_t subset = 0; subset < 1U << deck.size(); ++subset) {
    std::vector<Listing> listings;
    for (size_t i = 0; i < deck.size(); ++i) {
      if ((subset >> i & 1U) != 0) listings.push_back(deck[i]);
    }
    RequireSameForAll(listings, keys, Tick{});
    std::shuffle(listings.begin(), listings.end(), rng);
    RequireSameForAll(listings, keys, Tick::FromSeconds(subset % 2));
  }
}

}  // namespace
}  // namespace picket
