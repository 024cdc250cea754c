// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/reputation.h"

#include <array>

namespace picket {
namespace {

void Mark(Batch& batch, uint32_t slot) {
  const Decision& decision = batch.decision[slot];
  switch (decision.verdict) {
    case Verdict::kAllow:
      return batch.Note(slot, Verdict::kAllow, Reason::kReputationAllow);
    case Verdict::kPass:
      return batch.Note(slot, Verdict::kPass,
                        decision.tier == Tier::kNeverBlock ? Reason::kNeverBlock : Reason::kReputationException);
    case Verdict::kMonitor:
      return batch.Note(slot, Verdict::kMonitor, Reason::kReputationMonitor);
    case Verdict::kLimit:
      return;
    case Verdict::kChallenge:
      return batch.Note(slot, Verdict::kMonitor, Reason::kReputationChallenge);
    case Verdict::kConfine:
      return batch.Note(slot, Verdict::kMonitor, Reason::kReputationConfine);
    case Verdict::kDecoy:
      return batch.Note(slot, Verdict::kMonitor, Reason::kReputationDecoy);
    case Verdict::kDropNew:
      return batch.Note(slot, Verdict::kMonitor, Reason::kReputationDropNew);
    case Verdict::kDrop:
      return batch.Settle(slot, Verdict::kDrop, decision.assumed ? Reason::kFragNoFirst : Reason::kReputationDrop);
  }
}

}  // namespace

LookupKey LookupKeyOf(const Batch& batch, uint32_t slot) {
  const Headers& headers = batch.headers[slot];
  LookupKey key{.address = batch.Outside(slot), .protocol = headers.protocol, .service_port = batch.ServicePort(slot)};
  key.partial = headers.IsLaterFragment() && !headers.follows_first;
  if (key.partial && headers.family == Family::kIpv6) key.protocol.reset();
  return key;
}

void JudgeReputation(Batch& batch, const ReputationTable& table, Tick now) {
  std::array<LookupKey, kBatchMax> keys;
  std::array<Decision, kBatchMax> decisions;
  size_t count = 0;
  for (const uint32_t slot : batch.Live()) keys[count++] = LookupKeyOf(batch, slot);
  table.Lookup({keys.data(), count}, now, {decisions.data(), count});
  size_t next = 0;
  for (const uint32_t slot : batch.Live()) {
    batch.decision[slot] = decisions[next++];
    if (batch.decision[slot].listed) Mark(batch, slot);
  }
}

}  // namespace picket
