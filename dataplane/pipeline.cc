// SPDX-License-Identifier: Apache-2.0
#include "dataplane/pipeline.h"

#include "dataplane/stages/mode.h"
#include "dataplane/stages/parse.h"
#include "dataplane/stages/reputation.h"

namespace picket {

void RunPipeline(Batch& batch, const PipelinePolicy& policy, const ReputationTable& table, WorkerState& worker,
                 Tick now) {
  Parse(batch, policy.link.malformed);
  AssignMode(batch, policy.link);
  FollowFragments(batch, policy.fragments, worker.fragments, now);
  JudgeReputation(batch, table, now);
  Limit(batch, policy.meters, worker.limiter, now);
  RememberFragments(batch, policy.fragments, worker.fragments, now);
  ApplyMode(batch);
  Count(batch, worker.counters);
}

}  // namespace picket
