// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic.h"
#include "dataplane/pipeline.h"
#include "dataplane/stages/parse.h"

// The whole pipeline against parse alone: what judging adds to reading.
namespace picket {
namespace {

LinkPolicy EnforcingPolicy() {
  LinkPolicy policy;
  policy.mode = Mode::kEnforce;
  policy.rate_classes = {{.name = "slow", .rate_per_s = 1'000, .burst = 100}};
  return policy;
}

// Lists `percent` of all clients, half of them to be dropped, half to be limited.
ReputationTable TableOfClients(uint32_t percent) {
  std::vector<Listing> listings;
  for (uint32_t client = 0; client < kClients; ++client) {
    if (client * 2'654'435'761U % 100 >= percent) continue;
    Listing& l = listings.emplace_back();
    l.entry.prefix = Prefix::Host(ClientAddress(client));
    if (client % 2 == 0) {
      l.entry.verdict = Verdict::kLimit;
      l.entry.rate_class = 0;
    }
  }
  return ReputationTable(listings);
}

void JudgePackets(benchmark::State& state) {
  const Traffic traffic(static_cast<size_t>(state.range(0)), /*seed=*/1);
  const ReputationTable table = TableOfClients(static_cast<uint32_t>(state.range(1)));
  const PipelinePolicy policy(EnforcingPolicy());
  WorkerState worker({.limiter_buckets = 1 << 20}, /*seed=*/1);
  Batch batch;
  Cursor judged(traffic.size());
  Cursor parsed(traffic.size(), traffic.size() / 2);
  Tick now;
  uint64_t live = 0;
  const auto judge = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      FillBatch(batch, traffic, judged);
      now = now + Duration::FromNs(kBatchMax * 67);  // 14.88 Mpps
      RunPipeline(batch, policy, table, worker, now);
    }
  };
  const auto parse = [&] {
    for (uint32_t i = 0; i < kBatchesPerCall; ++i) {
      FillBatch(batch, traffic, parsed);
      Parse(batch, policy.link.malformed);
      live += batch.live;
    }
    benchmark::DoNotOptimize(live);
  };
  Interleave(state, judge, parse);
  state.counters["forwarded_percent"] =
      100 * (1 - static_cast<double>(worker.counters[Verdict::kDrop] + worker.counters[Verdict::kLimit]) /
                     static_cast<double>(worker.counters.packets));
}
BENCHMARK(JudgePackets)
    ->ArgNames({"frames", "listed_percent"})
    ->ArgsProduct({{64, 1 << 19}, {0, 10, 100}})
    ->UseManualTime();

}  // namespace
}  // namespace picket
