// SPDX-License-Identifier: Apache-2.0
#include "dataplane/pipeline.h"

#include <catch2/catch.hpp>

#include "tests/support/judge.h"
#include "tests/support/mutate.h"
#include "tests/support/origins.h"
#include "tests/support/parsed.h"
#include "tests/support/pipeline_check.h"

namespace picket {
namespace {

// Packets that arrive at one tick. Any of the batch sizes divides it.
constexpr size_t kBurst = size_t{7} * kBatchMax;

// Everything that a run leaves behind.
struct Trace {
  std::vector<Judgement> judgements;
  Counters counters;
  uint64_t fragments_evicted = 0;
  uint64_t buckets_evicted = 0;
};

// One of CheckedPipelines that has judged nothing yet: a copy would share its rates.
CheckedPipeline Fresh(uint64_t seed, size_t index) { return std::move(CheckedPipelines(seed)[index]); }

Trace RunInBatches(const std::vector<Frame>& frames, size_t batch_size, CheckedPipeline pipeline) {
  Trace trace;
  for (size_t next = 0; next < frames.size(); next += batch_size) {
    BatchBuilder batch;
    for (size_t i = next; i < next + batch_size; ++i) {
      batch.Add(frames[i], i % 5 == 4 ? Direction::kOutward : Direction::kInward);
    }
    const Tick now = Tick::FromMs(1 + next / kBurst * 400);
    RunPipeline(*batch, pipeline.policy, pipeline.table, pipeline.worker, now);
    for (const uint32_t slot : batch->All()) trace.judgements.push_back(JudgementOf(*batch, slot));
  }
  trace.counters = pipeline.worker.counters;
  trace.fragments_evicted = pipeline.worker.fragments.evicted();
  trace.buckets_evicted = pipeline.worker.limiter_evicted();
  return trace;
}

void CheckSame(const Trace& a, const Trace& b) {
  CHECK(a.judgements == b.judgements);
  CHECK(a.counters.bytes == b.counters.bytes);
  CHECK(a.counters.verdicts == b.counters.verdicts);
  CHECK(a.counters.reasons == b.counters.reasons);
  CHECK(a.counters.layers == b.counters.layers);
  CHECK(a.fragments_evicted == b.fragments_evicted);
  CHECK(a.buckets_evicted == b.buckets_evicted);
}

// One of sixteen sources instead of the one that all built packets have.
void ChangeSource(Frame& frame, Rng& rng) {
  const Headers h = Parsed(frame).headers;
  if (h.proved == Proved::kNothing) return;
  const size_t last_byte = h.ip_offset + (h.family == Family::kIpv4 ? 15U : 23U);
  frame.bytes[last_byte] = static_cast<uint8_t>(Pick(rng, 16));
}

// Fragments, limited sources and all flaws in random order, some damaged.
std::vector<Frame> Traffic(uint64_t seed) {
  Rng rng(seed);
  const std::vector<Origin> origins = BuiltFrames();
  std::vector<Frame> frames;
  while (frames.size() < 10 * kBurst) {
    const uint64_t from = Pick(rng, origins.size());
    for (uint64_t i = Pick(rng, 8); i > 0; --i) {
      frames.push_back(origins[(from + Pick(rng, 8)) % origins.size()].frame);
      if (Pick(rng, 2) == 0) ChangeSource(frames.back(), rng);
      if (Pick(rng, 8) == 0) Mutate(frames.back(), rng);
    }
  }
  frames.resize(10 * kBurst);
  return frames;
}

TEST_CASE("the same packets get the same verdicts whatever the batch sizes", "[pipeline]") {
  for (const uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<Frame> frames = Traffic(seed);
    for (size_t i = 0; i < CheckedPipelines(seed).size(); ++i) {
      const Trace single = RunInBatches(frames, 1, Fresh(seed, i));
      CHECK(single.counters.packets == frames.size());
      CheckSame(single, RunInBatches(frames, 7, Fresh(seed, i)));
      CheckSame(single, RunInBatches(frames, kBatchMax, Fresh(seed, i)));
    }
  }
}

TEST_CASE("the same packets and seed give the same verdicts again", "[pipeline]") {
  const std::vector<Frame> frames = Traffic(4);
  for (size_t i = 0; i < CheckedPipelines(9).size(); ++i) {
    CheckSame(RunInBatches(frames, kBatchMax, Fresh(9, i)), RunInBatches(frames, kBatchMax, Fresh(9, i)));
  }
}

TEST_CASE("the traffic of these tests overflows every table", "[pipeline]") {
  const Trace trace = RunInBatches(Traffic(1), kBatchMax, Fresh(1, 0));
  CHECK(trace.fragments_evicted > 0);
  CHECK(trace.buckets_evicted > 0);
}

TEST_CASE("every kind of packet keeps the pipeline's invariants", "[pipeline]") {
  std::vector<CheckedPipeline> pipelines = CheckedPipelines(1);
  for (const Origin& origin : BuiltFrames()) {
    INFO(origin.name << ": " << ToHex(origin.frame.bytes));
    for (CheckedPipeline& pipeline : pipelines) CHECK(CheckPipeline({origin.frame}, pipeline, Tick::FromMs(1)) == "");
  }
}

TEST_CASE("an empty batch is judged without a trace", "[pipeline]") {
  CheckedPipeline pipeline = Fresh(1, 0);
  CHECK(CheckPipeline({}, pipeline, Tick::FromMs(1)) == "");
  CHECK(pipeline.worker.counters.packets == 0);
}

}  // namespace
}  // namespace picket
