// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/policy.h"
#include "dataplane/tables/limiter_table.h"
#include "dataplane/tables/shared_limiter.h"

namespace picket {

// A rate class ready to be charged; its place in the policy's list is the RateClassId.
struct Meter {
  RateUnit unit = RateUnit::kPackets;
  RateKey key = RateKey::kSubnet64;
  Gcra rate;
};
std::vector<Meter> MetersOf(std::span<const RateClass> rate_classes);

// Where a worker keeps its rates.
//   shared  those per prefix, of all workers of the link: a prefix has addresses of each
//   shared_evicted  buckets of `shared` that this worker took before they were idle
struct Limiters {
  LimiterTable& own;
  SharedLimiter& shared;
  uint64_t& shared_evicted;
};

// Charges every live packet whose entry says `limit` to its bucket, and settles what exceeds the rate as
// Verdict::kLimit, `reputation_limit`. Packets within the rate go on unmarked.
//   units   packets, or wire bytes; the bucket belongs to the outside address, its /64, or the entry's prefix
//   errors  none; when a table is full see LimiterTable and SharedLimiter
//   source  GCRA, see tables/gcra.h
void Limit(Batch& batch, std::span<const Meter> meters, const Limiters& limiters, Tick now);

}  // namespace picket
