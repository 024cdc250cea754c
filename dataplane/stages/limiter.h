// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/policy.h"
#include "dataplane/tables/limiter_table.h"

namespace picket {

// A rate class ready to be charged; its place in the policy's list is the RateClassId.
struct Meter {
  RateUnit unit = RateUnit::kPackets;
  RateKey key = RateKey::kSubnet64;
  Gcra rate;
};
std::vector<Meter> MetersOf(std::span<const RateClass> rate_classes);

// Charges every live packet whose entry says `limit` to its bucket, and settles what exceeds the rate as
// Verdict::kLimit, `reputation_limit`. Packets within the rate go on unmarked.
//   units   packets, or wire bytes; the bucket belongs to the outside address, its /64, or the entry's prefix
//   errors  none; when the table is full see LimiterTable
//   source  GCRA, see tables/gcra.h
void Limit(Batch& batch, std::span<const Meter> meters, LimiterTable& table, Tick now);

}  // namespace picket
