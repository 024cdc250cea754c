// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <utility>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/counters.h"
#include "dataplane/policy.h"
#include "dataplane/stages/anti_spoof.h"
#include "dataplane/stages/fragments.h"
#include "dataplane/stages/limiter.h"
#include "dataplane/tables/fragment_table.h"
#include "dataplane/tables/limiter_table.h"
#include "dataplane/tables/reputation_table.h"
#include "dataplane/tables/shared_limiter.h"

// READ FIRST: RunPipeline is the way of a packet.
namespace picket {

// What the operator decided, made ready for the stages; immutable and shared by all workers.
struct PipelinePolicy {
  explicit PipelinePolicy(LinkPolicy p)
      : link(std::move(p)),
        anti_spoof(link.anti_spoof),
        fragments{link.ipv4_fragments, link.ipv6_fragments},
        meters(MetersOf(link.rate_classes)) {}

  LinkPolicy link;
  AntiSpoofRules anti_spoof;
  FragmentPolicies fragments;
  std::vector<Meter> meters;
};

// Sizes of tables; each a power of two, fixed from start. prefix_buckets: of the one that a link's workers share.
struct WorkerLimits {
  uint32_t fragment_datagrams = 16'384;
  uint32_t limiter_buckets = 65'536;
  uint32_t prefix_buckets = 16'384;
};

// The rates that all workers of one link charge.
std::shared_ptr<SharedLimiter> MakeSharedLimiter(const WorkerLimits& limits, uint64_t seed);

// What one worker owns and nobody else touches, but for the rates per prefix, which it shares with the link's other
// workers.
//   shapes  without `shared` it is the link's only worker. A copy shares those rates with the original.
struct WorkerState {
  WorkerState(const WorkerLimits& limits, uint64_t seed, std::shared_ptr<SharedLimiter> shared = nullptr)
      : fragments(limits.fragment_datagrams, HashKey::FromSeed(seed)),
        limiter(limits.limiter_buckets, HashKey::FromSeed(~seed)),
        shared_limiter(shared ? std::move(shared) : MakeSharedLimiter(limits, seed)) {}

  // Rates lost to others before they were idle.
  uint64_t limiter_evicted() const { return limiter.evicted() + shared_limiter_evicted; }

  FragmentTable fragments;
  LimiterTable limiter;
  std::shared_ptr<SharedLimiter> shared_limiter;
  uint64_t shared_limiter_evicted = 0;
  Counters counters;
};

// Judges a batch: afterwards every packet has its final verdict and reason, and is counted. Reads no clock, allocates
// nothing, sends and frees nothing: the port acts on the verdicts.
//   shapes  the table's rate classes are indices into the policy's
void RunPipeline(Batch& batch, const PipelinePolicy& policy, const ReputationTable& table, WorkerState& worker,
                 Tick now);

}  // namespace picket
