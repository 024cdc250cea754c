// SPDX-License-Identifier: Apache-2.0
#include "dataplane/pipeline.h"

#include "dataplane/stages/mode.h"
#include "dataplane/stages/parse.h"
#include "dataplane/stages/reputation.h"

namespace picket {

std::shared_ptr<SharedLimiter> MakeSharedLimiter(const WorkerLimits& limits, uint64_t seed) {
  constexpr uint64_t kOtherThanTheWorkers = 0x7072'6566'6978'6573;
  return std::make_shared<SharedLimiter>(limits.prefix_buckets, HashKey::FromSeed(seed ^ kOtherThanTheWorkers));
}

void RunPipeline(Batch& batch, const PipelinePolicy& policy, const ReputationTable& table, WorkerState& worker,
                 Tick now) {
  Parse(batch, policy.link.malformed);
  AssignMode(batch, policy.link);
  const uint32_t spoofed = RefuseSpoofed(batch, policy.anti_spoof);
  const Limiters limiters{worker.limiter, *worker.shared_limiter, worker.shared_limiter_evicted};
  const uint32_t live = batch.live;
  uint32_t still_live = 0;
  // One round, unless several pieces of datagrams came together.
  for (uint32_t waiting = batch.All().mask() & ~spoofed; waiting != 0;) {
    const uint32_t round = FragmentRound(batch, waiting, policy.fragments);
    waiting &= ~round;
    batch.live = live & round;
    FollowFragments(batch, policy.fragments, worker.fragments, now);
    JudgeReputation(batch, table, now);
    Limit(batch, policy.meters, limiters, now);
    RememberFragments(batch, round, policy.fragments, worker.fragments, now);
    still_live |= batch.live;
  }
  batch.live = still_live;
  ApplyMode(batch);
  Count(batch, worker.counters);
}

}  // namespace picket
