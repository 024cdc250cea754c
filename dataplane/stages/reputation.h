// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/tables/reputation_table.h"

namespace picket {

// Asks the table about the outside address of every live packet and marks what its decision says:
//   allow, pass                        noted
//   monitor                            noted
//   limit                              left to the limiter stage, by the decision column
//   challenge, confine, decoy, drop_new  noted as monitor: their stages do not exist yet
//   drop                               settled; `frag_no_first` or `port_unknown` where a scoped drop was assumed to
//   match
// A packet that hides its port (a later fragment whose first is unknown, a malformed packet that config tolerates) is
// partial: scoped drops are taken to match, other scopes not. A flaw noted by an earlier stage stays the reason unless
// the entry asks for more.
void JudgeReputation(Batch& batch, const ReputationTable& table, Tick now);

// What the stage asks the table about one packet.
LookupKey LookupKeyOf(const Batch& batch, uint32_t slot);

}  // namespace picket
