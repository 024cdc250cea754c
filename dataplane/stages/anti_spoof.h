// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/policy.h"
#include "dataplane/tables/prefix_scan.h"

namespace picket {

// AntiSpoofPolicy made ready: `exempt` also holds what may leave from anywhere, link-local and unspecified sources.
struct AntiSpoofRules {
  explicit AntiSpoofRules(const AntiSpoofPolicy& policy);

  Verdict verdict;
  bool on;  // the verdict is not pass, and something is protected
  PrefixScan protected_prefixes;
  PrefixScan exempt;
};

// Judges sources by the side they came in on: from outside none may be protected (`spoofed_inside`), from inside none
// may be anything else (`spoofed_outside`), unless exempt. A family of which nothing is protected is left alone.
//   With drop such packets are settled. With monitor they are noted, unless something at least as strong was noted
//   before, and judged on like any others, as they are going to be forwarded.
//   Returns the slots that no later stage may learn from: all that are refused for their source, and refused fragments
//   with such a source that an earlier stage settled. Otherwise forged pieces could condemn the datagram that they
//   claim to be of, and fill the fragment table.
//   Runs after AssignMode, as packets in mode off stay unjudged, and before the fragments stage.
//   source  RFC 2827 (BCP 38); RFC 3704
uint32_t RefuseSpoofed(Batch& batch, const AntiSpoofRules& rules);

}  // namespace picket
