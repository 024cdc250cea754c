// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/mode.h"

#include <algorithm>

namespace picket {
namespace {

Mode ModeOf(const Batch& batch, uint32_t slot, const LinkPolicy& policy) {
  if (policy.prefix_modes.empty() || batch.headers[slot].proved == Proved::kNothing) return policy.mode;
  const Address inside = batch.Inside(slot);
  const auto longest = std::find_if(policy.prefix_modes.begin(), policy.prefix_modes.end(),
                                    [&inside](const PrefixMode& m) { return m.prefix.Contains(inside); });
  return longest == policy.prefix_modes.end() ? policy.mode : longest->mode;
}

}  // namespace

void AssignMode(Batch& batch, const LinkPolicy& policy) {
  for (const uint32_t slot : batch.All()) {
    batch.mode[slot] = ModeOf(batch, slot, policy);
    if (batch.mode[slot] == Mode::kOff) batch.Settle(slot, Verdict::kPass, Reason::kModeOff);
  }
}

void ApplyMode(Batch& batch) {
  for (const uint32_t slot : batch.All()) {
    if (batch.mode[slot] == Mode::kMonitor && !Forwards(batch.verdict[slot])) batch.verdict[slot] = Verdict::kMonitor;
  }
}

}  // namespace picket
