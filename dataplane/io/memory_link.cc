// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/memory_link.h"

#include <cassert>

#include "dataplane/affinity.h"

namespace picket {
namespace {

// The end of what is received together with `packets[begin]`.
size_t BurstEnd(std::span<const MemoryPacket> packets, size_t begin, size_t burst) {
  size_t end = begin + 1;
  while (end < packets.size() && end - begin < burst && packets[end].time == packets[begin].time) ++end;
  return end;
}

}  // namespace

MemoryLink::MemoryLink(const PipelinePolicy& policy, const ReputationTable& table, uint32_t workers, uint32_t burst,
                       const WorkerLimits& limits, uint64_t seed)
    : policy_(policy), table_(table), burst_(burst), affinity_key_(HashKey::FromSeed(seed + workers)) {
  assert(workers >= 1 && burst >= 1);
  const std::shared_ptr<SharedLimiter> shared = MakeSharedLimiter(limits, seed);
  for (uint32_t w = 0; w < workers; ++w) workers_.emplace_back(limits, seed + w, shared);
}

MemoryRun MemoryLink::Run(std::span<const MemoryPacket> packets) {
  MemoryRun run;
  run.judged.resize(packets.size());
  for (size_t begin = 0, end = 0; begin < packets.size(); begin = end) {
    end = BurstEnd(packets, begin, burst_);
    JudgeBurst(packets, begin, end, run);
  }
  return run;
}

void MemoryLink::JudgeBurst(std::span<const MemoryPacket> packets, size_t begin, size_t end, MemoryRun& run) {
  const auto workers = static_cast<uint32_t>(workers_.size());
  ledger_.received += end - begin;
  for (uint32_t w = 0; w < workers; ++w) {
    Batch batch;
    std::vector<size_t> indices;
    for (size_t i = begin; i < end; ++i) {
      const MemoryPacket& packet = packets[i];
      if (WorkerOf(packet.view, packet.from, affinity_key_, workers) != w) continue;
      batch.Add(packet.view, packet.from);
      indices.push_back(i);
      if (!batch.Full()) continue;
      JudgeBatch(batch, indices, w, packets[begin].time, run);
      batch.Clear();
      indices.clear();
    }
    JudgeBatch(batch, indices, w, packets[begin].time, run);
  }
}

void MemoryLink::JudgeBatch(Batch& batch, std::span<const size_t> indices, uint32_t worker, Tick now, MemoryRun& run) {
  RunPipeline(batch, policy_, table_, workers_[worker], now);
  for (const uint32_t slot : batch.All()) {
    const size_t index = indices[slot];
    run.judged[index] = {batch.verdict[slot], batch.reason[slot], worker};
    if (Forwards(batch.verdict[slot])) {
      ++ledger_.transmitted;
      run.sent[static_cast<size_t>(batch.direction[slot])].push_back(index);
    } else {
      ++ledger_.dropped;
    }
  }
}

}  // namespace picket
