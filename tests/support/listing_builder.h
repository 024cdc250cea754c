// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "dataplane/tables/reputation_table.h"

// Listings and keys for tests, from text and from seeds.
namespace picket {

using Rng = std::mt19937_64;

// 0 <= result < n
inline uint64_t Pick(Rng& rng, uint64_t n) { return rng() % n; }

// A listing that never expires, by source 0. Text that does not parse aborts the test program.
Listing List(Tier tier, std::string_view prefix, Verdict verdict, std::string_view scope = "");

// `list` with another source, expiry or rate class, or as an exception.
Listing By(SourceId source, Listing list);
Listing Until(Tick expiry, Listing list);
Listing Rated(RateClassId rate_class, Listing list);
Listing Except(Listing list);

// An unscoped question, and one about a port.
LookupKey Ask(std::string_view address);
LookupKey Ask(std::string_view address, Protocol protocol, uint16_t port);
// A later fragment whose first is unknown; without protocol as in IPv6.
LookupKey AskPartial(std::string_view address, std::optional<uint8_t> protocol);

// A block whose low `bits` vary: the small world in which random and exhaustive tests live, of either family.
struct SmallWorld {
  Family family = Family::kIpv4;
  uint8_t bits = 3;

  Address At(uint64_t index) const;
  // The block of `length` bits within the world, 0..bits, that holds At(index).
  Prefix Block(uint64_t index, uint8_t length) const;
};

// What random listings are made of: one per source, prefix and scope.
struct RandomListings {
  SmallWorld world;
  size_t count = 0;
  SourceId sources = 4;  // the tier of a source is its number modulo 4
};
inline constexpr RateClassId kRandomRateClasses = 3;
// Expiries of random entries are 1..kRandomExpiries s, or never.
inline constexpr uint64_t kRandomExpiries = 4;

Scope RandomScope(Rng& rng);
Entry RandomEntry(Rng& rng, const SmallWorld& world);
std::vector<Listing> MakeListings(Rng& rng, const RandomListings& shape);
LookupKey RandomKey(Rng& rng, const SmallWorld& world);

// The first answer of the table to one key.
Decision LookupOne(const ReputationTable& table, const LookupKey& key, Tick now = Tick::FromSeconds(0));

inline auto Members(const Decision& d) {
  return std::tuple(d.verdict, d.tier, d.length, d.listed, d.assumed, d.rate_class);
}
inline bool operator==(const Decision& a, const Decision& b) { return Members(a) == Members(b); }
std::ostream& operator<<(std::ostream& out, const Decision& decision);
std::ostream& operator<<(std::ostream& out, const LookupKey& key);
std::ostream& operator<<(std::ostream& out, const Listing& listing);

}  // namespace picket
