// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "absl/container/flat_hash_map.h"
#include "bench/interleaved.h"
#include "dataplane/tables/limiter_table.h"

// The limiter's buckets against the same rate in a hash map, which grows without bound.
namespace picket {
namespace {

constexpr size_t kKeys = 1 << 20;
constexpr uint64_t kNsPerPacket = 67;  // 14.88 Mpps

void ChargeSenders(benchmark::State& state) {
  const auto senders = static_cast<uint64_t>(state.range(0));
  LimiterTable table(static_cast<uint32_t>(2 * senders), HashKey::FromSeed(1));
  absl::flat_hash_map<Prefix, ArrivalTime> map;
  map.reserve(senders);
  const Gcra rate(/*rate_per_s=*/1'000, /*burst=*/100);
  std::mt19937_64 rng(1);
  std::vector<LimiterKey> keys(kKeys);
  for (LimiterKey& key : keys) key.prefix = Prefix::Host(Address::V4(static_cast<uint32_t>(rng() % senders)));
  Cursor table_at(kKeys);
  Cursor map_at(kKeys, kKeys / 2);
  Tick now;
  uint64_t conforming = 0;
  const auto charge = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      const size_t first = table_at.Next();
      now = now + Duration::FromNs(kNsPerPacket * kBatchMax);
      for (size_t k = first; k < first + kBatchMax; ++k) conforming += table.Charge(keys[k], rate, 1, now) ? 1 : 0;
    }
    benchmark::DoNotOptimize(conforming);
  };
  const auto find = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      const size_t first = map_at.Next();
      for (size_t k = first; k < first + kBatchMax; ++k) {
        conforming += rate.Conforms(map[keys[k].prefix], 1, now) ? 1 : 0;
      }
    }
    benchmark::DoNotOptimize(conforming);
  };
  for (size_t i = 0; i < kKeys / kPacketsPerCall; ++i) {
    charge();
    find();
  }
  Interleave(state, charge, find);
  state.counters["evicted"] = static_cast<double>(table.evicted());
}
BENCHMARK(ChargeSenders)->ArgName("senders")->Arg(1 << 10)->Arg(1 << 20)->UseManualTime();

}  // namespace
}  // namespace picket
