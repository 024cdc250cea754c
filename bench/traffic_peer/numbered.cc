// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/numbered.h"

#include <algorithm>
#include <cstring>

#include "dataplane/bytes.h"

namespace picket::peer {
namespace {

constexpr uint32_t kTailAt = kPayloadAt + 8;
constexpr uint32_t kNumberBits = 40;

// The number with check bits, so that a damaged one is not taken for another's.
uint64_t Sealed(uint64_t number) { return number | Mix(number) << kNumberBits; }

uint32_t HostAt(bool inward) { return inward ? kSourceAt : kDestinationAt; }

}  // namespace

NumberedFrames::NumberedFrames(const std::vector<uint32_t>& lengths, bool inward, uint64_t seed, uint64_t numbers)
    : inward_(inward), seen_((numbers + 63) / 64) {
  for (const uint32_t length : lengths) {
    Template& t = templates_.emplace_back();
    t.length = length;
    t.bytes.resize(length);
    BuildUdpFrame(t.bytes, 0, inward, seed + length);
    t.sum = IpSumWithoutOutside(t.bytes.data(), inward);
  }
}

void NumberedFrames::Write(uint8_t* at, uint64_t number) const {
  const Template& t = templates_[number % templates_.size()];
  std::memcpy(at, t.bytes.data(), t.length);
  SetOutsideHost(at, inward_, OutsideHost(number), t.sum);
  StoreBe64(at + kPayloadAt, Sealed(number));
}

Arrival NumberedFrames::Check(std::span<const uint8_t> frame) {
  if (frame.size() < kNumberedBytesMin) return Arrival::kForeign;
  const uint64_t sealed = LoadBe64(frame.data() + kPayloadAt);
  const uint64_t number = sealed & ((1ULL << kNumberBits) - 1);
  if (Sealed(number) != sealed) return Arrival::kForeign;
  const Template& expected = templates_[number % templates_.size()];
  if (frame.size() != expected.length || !Unaltered(frame.data(), expected, number)) return Arrival::kAltered;
  if (number / 64 >= seen_.size()) return Arrival::kWhole;
  uint64_t& word = seen_[number / 64];
  const uint64_t bit = 1ULL << number % 64;
  if ((word & bit) != 0) return Arrival::kDuplicated;
  word |= bit;
  return Arrival::kWhole;
}

bool NumberedFrames::Unaltered(const uint8_t* frame, const Template& expected, uint64_t number) const {
  const uint8_t* bytes = expected.bytes.data();
  const uint32_t other_at = HostAt(!inward_);
  return std::memcmp(frame, bytes, kChecksumAt) == 0 && LoadBe32(frame + HostAt(inward_)) == OutsideHost(number) &&
         std::memcmp(frame + other_at, bytes + other_at, 4) == 0 &&
         std::memcmp(frame + kPayloadAt - 8, bytes + kPayloadAt - 8, 8) == 0 &&
         std::memcmp(frame + kTailAt, bytes + kTailAt, expected.length - kTailAt) == 0;
}

}  // namespace picket::peer
