// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "bench/traffic_peer/frame.h"

namespace picket::peer {

inline constexpr uint32_t kNumberedBytesMin = 60;

// What became of a frame that arrived.
enum class Arrival : uint8_t { kWhole, kDuplicated, kAltered, kForeign };

// Frames that differ in outside host and number alone, so that both making and checking one is a copy and two patches.
class NumberedFrames {
 public:
  // `numbers`: how many are told apart; above, every frame counts as whole once it is unaltered.
  NumberedFrames(const std::vector<uint32_t>& lengths, bool inward, uint64_t seed, uint64_t numbers);

  uint32_t length(uint64_t number) const { return templates_[number % templates_.size()].length; }
  // Writes frame `number`; `at` has room for length(number).
  void Write(uint8_t* at, uint64_t number) const;
  Arrival Check(std::span<const uint8_t> frame);

 private:
  struct Template {
    uint32_t length = 0;
    uint32_t sum = 0;
    std::vector<uint8_t> bytes;
  };
  bool Unaltered(const uint8_t* frame, const Template& expected, uint64_t number) const;

  bool inward_;
  std::vector<Template> templates_;
  std::vector<uint64_t> seen_;
};

}  // namespace picket::peer
