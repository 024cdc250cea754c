// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "dataplane/tables/reputation_table.h"

namespace picket {

// The precedence rules by reading every listing for every question: the twin that tables have to agree with.
//   Of the listings that cover the address, have not expired and match protocol and port, take away the exceptions, and
//   what an exception of the same source and of no shorter prefix truly matches. Keep those of the best tier; of these
//   the longest prefixes; of these the strongest verdicts. What is left says one thing, but for rate classes, of which
//   the lowest holds. `assumed`: nothing that is left truly matches.
Decision NaiveLookup(std::span<const Listing> listings, const LookupKey& key, Tick now);

// The listings whose prefix covers `address`, in the order given.
std::vector<Listing> NaiveCovering(std::span<const Listing> listings, const Address& address);

}  // namespace picket
