// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "control/setup.h"
#include "dataplane/io/capture_port.h"
#include "dataplane/pipeline.h"

namespace picket {

// One packet after the pipeline, with all its columns.
struct JudgedPacket {
  uint64_t number = 0;  // in the capture, from 1
  Tick time;
  const Batch& batch;
  uint32_t slot = 0;
};
// Sees every packet in order; an error ends the replay.
using ReplayVisitor = std::function<absl::Status(const JudgedPacket&)>;

// Judges a capture packet by packet on its own clock, by the functions that judge live traffic.
//   shapes  worker.counters.packets == port.ledger().received afterwards. A packet from a protected prefix to an
//           unprotected address is outward; every other is inward, judged by its source.
//   errors  those of CapturePort and of the visitor; what came before was judged and counted
absl::Status Replay(CapturePort& port, const Setup& setup, WorkerState& worker, const ReplayVisitor& visit);

// The direction a packet would have on a link that protects these prefixes.
Direction DirectionOf(const PacketView& packet, const PrefixSet& protected_prefixes);

}  // namespace picket
