// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/policy.h"
#include "dataplane/tables/fragment_table.h"

namespace picket {

struct FragmentPolicies {
  FragmentPolicy ipv4;
  FragmentPolicy ipv6;
  const FragmentPolicy& Of(Family family) const { return family == Family::kIpv4 ? ipv4 : ipv6; }
};

// The first of the slots `waiting` that can be judged together: those before the second fragment of any datagram. What
// became of one piece must be known before the next is looked at; otherwise verdicts would depend on which packets
// happened to share a batch.
//   shapes  waiting is not empty, nor is the result; a round is a run of consecutive slots of `waiting`
uint32_t FragmentRound(const Batch& batch, uint32_t waiting, const FragmentPolicies& policies);

// Ties the pieces of a datagram together. Runs after parse, before any stage that looks at ports; of one round only.
//   With `inspect`, a later fragment whose first was refused is refused alike (`frag_follows`); one whose first passed
//   gets that first's ports and protocol in its headers and is judged by them; one whose first is unknown goes on
//   without ports. A fragment that repeats or overlaps bytes already seen gets the family's overlap verdict
//   (`frag_overlap`); with drop, an overlap condemns the whole datagram (RFC 5722), a mere repetition only itself.
//   Where overlaps are not dropped, a second first fragment starts its datagram anew: the id was reused.
//   Atomic fragments (RFC 6946) are whole packets and not tracked.
void FollowFragments(Batch& batch, const FragmentPolicies& policies, FragmentTable& table, Tick now);

// Keeps what became of a first fragment in `round`, also of one that parse refused. Runs after all stages that refuse
// packets. A datagram seen whole is forgotten, unless it was refused.
void RememberFragments(const Batch& batch, uint32_t round, const FragmentPolicies& policies, FragmentTable& table,
                       Tick now);

}  // namespace picket
