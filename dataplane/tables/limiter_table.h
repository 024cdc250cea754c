// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "dataplane/address.h"
#include "dataplane/entry.h"
#include "dataplane/tables/gcra.h"
#include "dataplane/tables/siphash.h"

namespace picket {

// Who shares one bucket of which rate class.
struct LimiterKey {
  Prefix prefix;
  RateClassId rate_class = 0;
};

// Buckets of a worker: exact keys in four-way sets of fixed number, owned by one thread.
//   shapes  memory is fixed at construction: 32 bytes a bucket. `buckets` is a power of two >= 4.
//   When a set is full the bucket that is due first makes room: an idle one costs nothing; otherwise its owner gets at
//   most one fresh burst, and the heaviest senders keep their bucket. evicted() counts buckets lost before they were
//   idle.
class LimiterTable {
 public:
  LimiterTable(uint32_t buckets, HashKey key);

  // Takes `units` from the key's bucket, which is made if need be. False: the rate is exceeded, nothing was taken.
  bool Charge(const LimiterKey& key, const Gcra& rate, uint64_t units, Tick now);

  uint64_t evicted() const { return evicted_; }

 private:
  struct Bucket {
    uint64_t high = 0;
    uint64_t low = 0;
    uint64_t due_ns = 0;
    uint32_t due_fraction = 0;
    RateClassId rate_class = kNoRateClass;  // kNoRateClass: free
    uint8_t length = 0;
    Family family = Family::kIpv4;
  };
  static constexpr uint32_t kWays = 4;
  struct alignas(64) Set {
    std::array<Bucket, kWays> bucket;
  };
  static_assert(sizeof(Set) == 128);

  Bucket& FindOrClaim(const LimiterKey& key, Tick now);

  HashKey key_;
  std::vector<Set> sets_;
  uint64_t evicted_ = 0;
};

}  // namespace picket
