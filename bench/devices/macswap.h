// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>

namespace picket {

// The baseline: the least a program does that forwards between two ports and touches every packet. It polls both ports
// in turn, swaps the MAC addresses of what it receives, and sends that on the other port; what is refused is freed.
//   units   cycles of the time stamp counter, of whole turns, packets or not
struct Macswap {
  uint16_t ports[2] = {0, 0};
  std::atomic<bool> stopping{false};
  alignas(64) std::atomic<uint64_t> packets{0};
  std::atomic<uint64_t> cycles{0};
  std::atomic<uint64_t> refused{0};
};

// Runs until stopping; the argument is a Macswap. Returns 0.
int RunMacswap(void* macswap);

}  // namespace picket
