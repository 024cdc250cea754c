// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic.h"
#include "dataplane/stages/parse.h"

// Parse against the least it could do: read one byte of each frame's IP header.
namespace picket {
namespace {

constexpr uint32_t kIpOffset = 14;

// The batches of `frames` frames, as a port would fill them.
std::vector<Batch> FilledBatches(const Traffic& traffic) {
  std::vector<Batch> batches(traffic.size() / kBatchMax);
  Cursor next(traffic.size());
  for (Batch& batch : batches) FillBatch(batch, traffic, next);
  return batches;
}

void ParseFrames(benchmark::State& state) {
  const Traffic traffic(static_cast<size_t>(state.range(0)), /*seed=*/1);
  const MalformedPolicy policy;
  std::vector<Batch> batches = FilledBatches(traffic);
  size_t parsed = 0;
  size_t touched = batches.size() / 2;
  uint64_t live = 0;
  const auto next = [&batches](size_t& at) -> Batch& { return batches[at = at + 1 < batches.size() ? at + 1 : 0]; };
  const auto parse = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      Batch& batch = next(parsed);
      Parse(batch, policy);
      live += batch.live;
    }
    benchmark::DoNotOptimize(live);
  };
  const auto touch = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      const Batch& batch = next(touched);
      for (const uint32_t slot : batch.Live()) live += batch.packet[slot].data[kIpOffset];
    }
    benchmark::DoNotOptimize(live);
  };
  Interleave(state, parse, touch);
}
BENCHMARK(ParseFrames)->ArgName("frames")->Arg(64)->Arg(1 << 19)->UseManualTime();

}  // namespace
}  // namespace picket
