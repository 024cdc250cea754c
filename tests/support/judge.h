// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "dataplane/pipeline.h"
#include "tests/support/batch_builder.h"

namespace picket {

inline LinkPolicy Enforcing() {
  LinkPolicy policy;
  policy.mode = Mode::kEnforce;
  return policy;
}

// What became of a packet, as "VERDICT REASON".
using Judgement = std::string;
inline Judgement JudgementOf(const Batch& batch, uint32_t slot) {
  return std::string(Name(batch.verdict[slot])) + " " + std::string(Name(batch.reason[slot]));
}

// A pipeline that keeps its state from batch to batch, with small tables.
class Judge {
 public:
  explicit Judge(LinkPolicy policy = Enforcing(), const std::vector<Listing>& listings = {},
                 WorkerLimits limits = {64, 64}, uint64_t seed = 1)
      : policy_(std::move(policy)), table_(listings), worker_(limits, seed) {}

  // One batch; at most kBatchMax frames.
  std::vector<Judgement> Run(const std::vector<Frame>& frames, Tick now = {}, Direction from = Direction::kInward) {
    BatchBuilder batch;
    for (const Frame& frame : frames) batch.Add(frame, from);
    RunPipeline(*batch, policy_, table_, worker_, now);
    std::vector<Judgement> judgements;
    for (const uint32_t slot : batch->All()) judgements.push_back(JudgementOf(*batch, slot));
    return judgements;
  }
  // Each frame in a batch of its own.
  std::vector<Judgement> OneByOne(const std::vector<Frame>& frames, Tick now = {}) {
    std::vector<Judgement> judgements;
    for (const Frame& frame : frames) judgements.push_back(One(frame, now));
    return judgements;
  }
  Judgement One(const Frame& frame, Tick now = {}, Direction from = Direction::kInward) {
    return Run({frame}, now, from).front();
  }

  WorkerState& worker() { return worker_; }

 private:
  PipelinePolicy policy_;
  ReputationTable table_;
  WorkerState worker_;
};

}  // namespace picket
