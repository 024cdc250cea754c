// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "dataplane/batch.h"
#include "dataplane/headers.h"
#include "dataplane/verdict.h"

namespace picket {

// What a worker counts of the packets it judged; owned by one thread, summed by whoever reports.
//   units   packets; `bytes` are wire bytes
//   shapes  the verdicts sum to `packets`; every packet has exactly one reason, Reason::kNone included
struct alignas(64) Counters {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  std::array<uint64_t, kVerdictCount> verdicts{};
  std::array<uint64_t, kReasonCount> reasons{};
  std::array<uint64_t, kLayerCount> layers{};

  uint64_t operator[](Verdict v) const { return verdicts[static_cast<size_t>(v)]; }
  uint64_t operator[](Reason r) const { return reasons[static_cast<size_t>(r)]; }
  uint64_t operator[](Layer l) const { return layers[static_cast<size_t>(l)]; }
  Counters& operator+=(const Counters& other);
};

// Counts every packet of a judged batch.
void Count(const Batch& batch, Counters& counters);

// Where packets went, seen by the ports: every packet that came in or was made here left in exactly one way.
//   transmitted  handed to the other port        dropped   freed by a verdict
//   originated   made here (challenges, answers)  consumed  kept by a stage that answers in its place
//   lost         wanted to be sent, but the port could not; never mixed with dropped
struct Ledger {
  uint64_t received = 0;
  uint64_t originated = 0;
  uint64_t transmitted = 0;
  uint64_t dropped = 0;
  uint64_t consumed = 0;
  uint64_t lost = 0;

  Ledger& operator+=(const Ledger& other);
  bool Balances() const { return received + originated == transmitted + dropped + consumed + lost; }
};

}  // namespace picket
