// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/reputation.h"

#include <array>

namespace picket {
namespace {

// A flaw that was noted before stays the packet's reason unless the entry asks for more.
void NoteUnlessFlawed(Batch& batch, uint32_t slot, Verdict verdict, Reason reason) {
  if (batch.reason[slot] == Reason::kNone || verdict > batch.verdict[slot]) batch.Note(slot, verdict, reason);
}

Reason DropReason(const Batch& batch, uint32_t slot) {
  if (!batch.decision[slot].assumed) return Reason::kReputationDrop;
  return batch.headers[slot].IsLaterFragment() ? Reason::kFragNoFirst : Reason::kPortUnknown;
}

void Mark(Batch& batch, uint32_t slot) {
  const Decision& decision = batch.decision[slot];
  switch (decision.verdict) {
    case Verdict::kAllow:
      return NoteUnlessFlawed(batch, slot, Verdict::kAllow, Reason::kReputationAllow);
    case Verdict::kPass:
      return NoteUnlessFlawed(batch, slot, Verdict::kPass,
                              decision.tier == Tier::kNeverBlock ? Reason::kNeverBlock : Reason::kReputationPass);
    case Verdict::kMonitor:
      return NoteUnlessFlawed(batch, slot, Verdict::kMonitor, Reason::kReputationMonitor);
    case Verdict::kLimit:
      return;
    case Verdict::kChallenge:
      return NoteUnlessFlawed(batch, slot, Verdict::kMonitor, Reason::kReputationChallenge);
    case Verdict::kConfine:
      return NoteUnlessFlawed(batch, slot, Verdict::kMonitor, Reason::kReputationConfine);
    case Verdict::kDecoy:
      return NoteUnlessFlawed(batch, slot, Verdict::kMonitor, Reason::kReputationDecoy);
    case Verdict::kDropNew:
      return NoteUnlessFlawed(batch, slot, Verdict::kMonitor, Reason::kReputationDropNew);
    case Verdict::kDrop:
      return batch.Settle(slot, Verdict::kDrop, DropReason(batch, slot));
  }
}

}  // namespace

LookupKey LookupKeyOf(const Batch& batch, uint32_t slot) {
  const Headers& headers = batch.headers[slot];
  LookupKey key{.address = batch.Outside(slot), .protocol = headers.protocol, .service_port = batch.ServicePort(slot)};
  key.partial = headers.proved != Proved::kTransport && !headers.has_ports;
  if (key.partial && headers.family == Family::kIpv6 && !headers.follows_first) key.protocol.reset();
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
