// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <random>

#include "absl/container/flat_hash_map.h"
#include "bench/interleaved.h"
#include "dataplane/tables/reputation_table.h"

// The table against a hash map that knows hosts alone: no prefixes, scopes, tiers or expiry.
namespace picket {
namespace {

constexpr size_t kKeys = 1 << 20;

// Distinct for each index, and spread over the whole of IPv4: an odd factor is a bijection.
Address ListedHost(uint32_t index) { return Address::V4((2 * index) * 2'654'435'761U); }
Address UnlistedHost(uint32_t index) { return Address::V4((2 * index + 1) * 2'654'435'761U); }

std::vector<Listing> HostListings(uint32_t hosts, size_t lengths) {
  std::vector<Listing> listings(hosts);
  for (uint32_t i = 0; i < hosts; ++i) listings[i].entry.prefix = Prefix::Host(ListedHost(i));
  // One block a length, out of the way of every key, so that the length is in use.
  constexpr std::array<uint8_t, 3> kLengths{24, 16, 12};
  for (size_t i = 0; i + 1 < lengths; ++i) {
    listings.emplace_back().entry.prefix = Prefix::Of(Address::V4(0xf000'0000), kLengths[i]);
  }
  return listings;
}

std::vector<LookupKey> Keys(uint32_t hosts, uint64_t hit_percent) {
  std::mt19937_64 rng(1);
  std::vector<LookupKey> keys(kKeys);
  for (LookupKey& key : keys) {
    const auto index = static_cast<uint32_t>(rng() % hosts);
    key.address = rng() % 100 < hit_percent ? ListedHost(index) : UnlistedHost(index);
    key.protocol = kProtocolTcp;
    key.service_port = uint16_t{443};
  }
  return keys;
}

void LookUpHosts(benchmark::State& state) {
  const auto hosts = static_cast<uint32_t>(state.range(0));
  const std::vector<Listing> listings = HostListings(hosts, static_cast<size_t>(state.range(1)));
  const std::vector<LookupKey> keys = Keys(hosts, static_cast<uint64_t>(state.range(2)));
  const ReputationTable table(listings);
  absl::flat_hash_map<Address, Verdict> map;
  for (uint32_t i = 0; i < hosts; ++i) map.emplace(ListedHost(i), Verdict::kDrop);
  Cursor table_at(kKeys);
  Cursor map_at(kKeys, kKeys / 2);
  std::array<Decision, kBatchMax> decisions;
  uint64_t listed = 0;
  const auto look_up = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      table.Lookup({&keys[table_at.Next()], kBatchMax}, Tick{}, decisions);
      for (const Decision& d : decisions) listed += d.listed ? 1 : 0;
    }
    benchmark::DoNotOptimize(listed);
  };
  const auto find = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      const size_t first = map_at.Next();
      for (size_t k = first; k < first + kBatchMax; ++k) {
        const auto found = map.find(keys[k].address);
        listed += found != map.end() && found->second == Verdict::kDrop ? 1 : 0;
      }
    }
    benchmark::DoNotOptimize(listed);
  };
  Interleave(state, look_up, find);
}
BENCHMARK(LookUpHosts)
    ->ArgNames({"hosts", "lengths", "hit_percent"})
    ->ArgsProduct({{1'000, 1'000'000}, {1, 4}, {0, 100}})
    ->UseManualTime();

}  // namespace
}  // namespace picket
