// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/policy.h"

namespace picket {

// Fills the mode column: that of the longest prefix mode covering the inside address, otherwise the link's. Packets in
// mode off are settled as pass, whatever parse made of them. Runs after parse; a packet without a sound IP header has
// the link's mode.
//   shapes  prefix_modes is sorted, longest prefix first; the scan is linear, at most kPrefixModesMax
void AssignMode(Batch& batch, const LinkPolicy& policy);

// Turns what would be refused into Verdict::kMonitor for packets in mode monitor; their reason stays. Runs last.
void ApplyMode(Batch& batch);

}  // namespace picket
