// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "bench/interleaved.h"
#include "dataplane/address.h"
#include "dataplane/batch.h"

namespace picket {

inline constexpr uint32_t kClients = 1U << 20;

// The outside address of client 0 .. kClients - 1: three of four are IPv4.
Address ClientAddress(uint32_t client);

// Frames of random clients, laid out so that each is a cache miss when there are many: three of four are IPv4 (TCP,
// UDP, UDP in a VLAN), one IPv6 (TCP); 54 to 90 bytes.
//   shapes  every frame has a slot of its own, kSlotBytes long; the order of views is random
class Traffic {
 public:
  static constexpr size_t kSlotBytes = 256;
  // `frames` is a multiple of kBatchMax.
  Traffic(size_t frames, uint64_t seed);

  size_t size() const { return views_.size(); }
  const PacketView& operator[](size_t i) const { return views_[i]; }

 private:
  std::vector<uint8_t> bytes_;
  std::vector<PacketView> views_;
};

// Fills a batch with the next frames.
inline void FillBatch(Batch& batch, const Traffic& traffic, Cursor& cursor) {
  const size_t first = cursor.Next();
  batch.Clear();
  for (size_t i = 0; i < kBatchMax; ++i) batch.Add(traffic[first + i], Direction::kInward);
}

}  // namespace picket
