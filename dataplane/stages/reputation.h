// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/tables/reputation_table.h"

namespace picket {

// Asks the table about the outside address of every live packet and marks what its decision says:
//   allow, pass (never-block lists, exceptions inside lists)  noted
//   monitor                            noted
//   limit                              left to the limiter stage, by the decision column
//   challenge, confine, decoy, drop_new  noted as monitor: their stages do not exist yet
//   drop                               settled; `frag_no_first` where a port-scoped drop was assumed to match
// A later fragment whose first is unknown shows no port: port-scoped drops are taken to match, other port scopes not.
void JudgeReputation(Batch& batch, const ReputationTable& table, Tick now);

// What the stage asks the table about one packet.
LookupKey LookupKeyOf(const Batch& batch, uint32_t slot);

}  // namespace picket
