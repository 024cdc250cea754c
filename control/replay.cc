// SPDX-License-Identifier: Apache-2.0
#include "control/replay.h"

#include "dataplane/stages/parse.h"

namespace picket {

Direction DirectionOf(const PacketView& packet, const PrefixSet& protected_prefixes) {
  if (protected_prefixes.empty()) return Direction::kInward;
  Headers headers;
  ParseFrame(packet, headers);
  if (headers.proved == Proved::kNothing) return Direction::kInward;
  const bool from_inside =
      protected_prefixes.Covers(headers.Source()) && !protected_prefixes.Covers(headers.Destination());
  return from_inside ? Direction::kOutward : Direction::kInward;
}

absl::Status Replay(CapturePort& port, const Setup& setup, WorkerState& worker, const ReplayVisitor& visit) {
  Batch batch;
  Tick now;
  for (uint64_t number = 1;; batch.Clear()) {
    const absl::StatusOr<bool> received = port.Receive(batch, now);
    if (!received.ok()) return received.status();
    if (!*received) return absl::OkStatus();
    for (const uint32_t slot : batch.All()) {
      batch.direction[slot] = DirectionOf(batch.packet[slot], setup.protected_prefixes);
    }
    RunPipeline(batch, setup.policy, *setup.table, worker, now);
    absl::Status done;
    for (const uint32_t slot : batch.All()) {
      const uint64_t packet = number++;
      if (done.ok()) done = visit({packet, now, batch, slot});
    }
    done.Update(port.Finish(batch));
    if (!done.ok()) return done;
  }
}

}  // namespace picket
