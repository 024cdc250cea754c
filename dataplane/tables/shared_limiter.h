// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "dataplane/tables/gcra.h"
#include "dataplane/tables/limiter_table.h"
#include "dataplane/tables/siphash.h"
#include "dataplane/tick.h"

namespace picket {

// Buckets that all workers of a link charge, for rates shared by addresses of different workers: with a bucket each, N
// workers would grant N times the rate. Lock-free; any number of threads.
//   shapes  memory is fixed at construction: 16 bytes a bucket. `buckets` is a power of two >= 4. A bucket is known by
//           the 64-bit keyed hash of prefix and class: two keys share one with a chance of 2^-64.
//   units   a bucket is one word, when its next unit is due, in 1/256 ns. What a charge costs is cut to that, so that
//           the rate is granted in full, and exceeded by less than 0.1 % when each charge is worth 4 ns or more: from 1
//           to 12.5e9 bytes a second (100 Gbit/s) every frame of 60 bytes, and packets up to 250 million a second. A
//           burst of more than 208 days' worth of its rate is cut to that.
//   Ticks may start anywhere, wrap, and differ between threads by up to an hour: while a thread's clock is behind less
//   conforms, never more. A bucket not charged for 1.1 to 2.3 years may be taken for one in use, for as long as its
//   burst lasts and an hour.
//   When a set is full the bucket that is due first makes room, as in LimiterTable. While two threads make room in one
//   set at once, a charge may go to the bucket that just took over, and each may be granted one charge of a fresh
//   burst.
class SharedLimiter {
 public:
  SharedLimiter(uint32_t buckets, HashKey key);

  // Takes `units` from the key's bucket, which is made if need be; ++*evicted when another's was lost for that before
  // it was idle. False: the rate is exceeded, nothing was taken.
  bool Charge(const LimiterKey& key, const Gcra& rate, uint64_t units, Tick now, uint64_t* evicted);

 private:
  static constexpr uint32_t kWays = 4;
  static constexpr uint64_t kFree = 0;
  struct Bucket {
    std::atomic<uint64_t> tag{kFree};
    std::atomic<uint64_t> due{0};
  };
  struct alignas(64) Set {
    std::array<Bucket, kWays> bucket;
  };
  static_assert(sizeof(Set) == 64 && std::atomic<uint64_t>::is_always_lock_free);

  uint64_t TagOf(const LimiterKey& key) const;
  Bucket& FindOrClaim(uint64_t tag, uint64_t at, uint64_t* evicted);
  static Bucket* Find(Set& set, uint64_t tag);
  static void Claim(Set& set, uint64_t tag, uint64_t at, uint64_t* evicted);

  HashKey key_;
  std::vector<Set> sets_;
};

}  // namespace picket
