// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "dataplane/pipeline.h"
#include "tests/support/frame.h"

// What must hold of any frame whatsoever. Every check gives an empty text, or says what does not hold.
namespace picket {

// The parsed headers point into the frame, and the naive parser agrees with them.
std::string CheckParse(const PacketView& packet);

// Each verdict and reason of a batch that went through the pipeline is one that it may give in the packet's mode.
std::string CheckJudged(const Batch& batch);

// Verdicts and reasons sum to the packets, and no layer is counted more often.
std::string CheckCounters(const Counters& counters);

// Pipelines that differ in everything an operator can set, each with a small reputation table over the whole address
// space and tables that overflow: every one of them must keep the invariants.
struct CheckedPipeline {
  PipelinePolicy policy;
  ReputationTable table;
  WorkerState worker;
};
std::vector<CheckedPipeline> CheckedPipelines(uint64_t seed);

// Runs a batch of exact copies of `frames` through `pipeline` and checks all of the above.
//   shapes  at most kBatchMax frames; every third is outward
std::string CheckPipeline(const std::vector<Frame>& frames, CheckedPipeline& pipeline, Tick now);

}  // namespace picket
