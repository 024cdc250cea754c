// SPDX-License-Identifier: Apache-2.0
#include "dataplane/counters.h"

namespace picket {
namespace {

template <size_t N>
void AddAll(std::array<uint64_t, N>& to, const std::array<uint64_t, N>& from) {
  for (size_t i = 0; i < N; ++i) to[i] += from[i];
}

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  packets += other.packets;
  bytes += other.bytes;
  AddAll(verdicts, other.verdicts);
  AddAll(reasons, other.reasons);
  AddAll(layers, other.layers);
  return *this;
}

Ledger& Ledger::operator+=(const Ledger& other) {
  received += other.received;
  originated += other.originated;
  transmitted += other.transmitted;
  dropped += other.dropped;
  consumed += other.consumed;
  lost += other.lost;
  return *this;
}

void Count(const Batch& batch, Counters& counters) {
  counters.packets += batch.size;
  for (const uint32_t slot : batch.All()) {
    counters.bytes += batch.packet[slot].wire_bytes;
    ++counters.verdicts[static_cast<size_t>(batch.verdict[slot])];
    ++counters.reasons[static_cast<size_t>(batch.reason[slot])];
    for (uint32_t layers = batch.headers[slot].layers; layers != 0; layers &= layers - 1) {
      ++counters.layers[static_cast<size_t>(std::countr_zero(layers))];
    }
  }
}

}  // namespace picket
