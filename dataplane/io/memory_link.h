// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/counters.h"
#include "dataplane/pipeline.h"

namespace picket {

// A packet as a port of a MemoryLink receives it; its bytes live until it was judged.
struct MemoryPacket {
  PacketView view;
  Direction from = Direction::kInward;
  Tick time;
};

// What became of one packet, and which worker saw it.
struct MemoryJudgement {
  Verdict verdict = Verdict::kPass;
  Reason reason = Reason::kNone;
  uint32_t worker = 0;

  friend bool operator==(const MemoryJudgement&, const MemoryJudgement&) = default;
};

// judged  by the packets' indices
// sent    which packets left, in order; [kInward]: through the inside port
struct MemoryRun {
  std::vector<MemoryJudgement> judged;
  std::array<std::vector<size_t>, 2> sent;
};

// A link of two ports in memory and as many workers as asked for, without threads: what many workers do, in an order
// that is always the same.
//   shapes  workers >= 1, burst >= 1. Packets of one time that follow each other are received together, up to `burst`
//           of them; then the workers take turns, each judging those of its addresses in their order. With a burst of 1
//           everything is judged in the order of arrival, whatever the workers.
//           WorkerOf spreads packets over workers; workers share the rates per prefix.
class MemoryLink {
 public:
  MemoryLink(const PipelinePolicy& policy, const ReputationTable& table, uint32_t workers, uint32_t burst,
             const WorkerLimits& limits, uint64_t seed);

  // Judges all packets. State stays from run to run; times do not go back.
  MemoryRun Run(std::span<const MemoryPacket> packets);

  const Ledger& ledger() const { return ledger_; }
  const std::vector<WorkerState>& workers() const { return workers_; }

 private:
  void JudgeBurst(std::span<const MemoryPacket> packets, size_t begin, size_t end, MemoryRun& run);
  void JudgeBatch(Batch& batch, std::span<const size_t> indices, uint32_t worker, Tick now, MemoryRun& run);

  const PipelinePolicy& policy_;
  const ReputationTable& table_;
  uint32_t burst_;
  HashKey affinity_key_;
  std::vector<WorkerState> workers_;
  Ledger ledger_;
};

}  // namespace picket
