// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/counters.h"
#include "dataplane/policy.h"
#include "dataplane/stages/fragments.h"
#include "dataplane/stages/limiter.h"
#include "dataplane/tables/fragment_table.h"
#include "dataplane/tables/limiter_table.h"
#include "dataplane/tables/reputation_table.h"

// READ FIRST: RunPipeline is the way of a packet.
namespace picket {

// What the operator decided, made ready for the stages; immutable and shared by all workers.
struct PipelinePolicy {
  explicit PipelinePolicy(LinkPolicy p)
      : link(std::move(p)), fragments{link.ipv4_fragments, link.ipv6_fragments}, meters(MetersOf(link.rate_classes)) {}

  LinkPolicy link;
  FragmentPolicies fragments;
  std::vector<Meter> meters;
};

// Sizes of one worker's tables; each a power of two, fixed from start.
struct WorkerLimits {
  uint32_t fragment_datagrams = 16'384;
  uint32_t limiter_buckets = 65'536;
};

// What one worker owns and nobody else touches.
struct WorkerState {
  WorkerState(const WorkerLimits& limits, uint64_t seed)
      : fragments(limits.fragment_datagrams, HashKey::FromSeed(seed)),
        limiter(limits.limiter_buckets, HashKey::FromSeed(~seed)) {}

  FragmentTable fragments;
  LimiterTable limiter;
  Counters counters;
};

// Judges a batch: afterwards every packet has its final verdict and reason, and is counted. Reads no clock, allocates
// nothing, sends and frees nothing: the port acts on the verdicts.
//   shapes  the table's rate classes are indices into the policy's
void RunPipeline(Batch& batch, const PipelinePolicy& policy, const ReputationTable& table, WorkerState& worker,
                 Tick now);

}  // namespace picket
