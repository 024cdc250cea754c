// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_time.h"

#include "absl/numeric/int128.h"

namespace picket {
namespace {

constexpr uint64_t kNsPerSecond = 1'000'000'000;

// The product of the short form fits 64 bits up to 2^34 ticks per second: 2^34 * 10^9 < 2^64.
uint64_t FractionNs(uint64_t rest, uint64_t ticks_per_second) {
  if (ticks_per_second <= uint64_t{1} << 34) return rest * kNsPerSecond / ticks_per_second;
  return absl::Uint128Low64(absl::uint128(rest) * kNsPerSecond / ticks_per_second);
}

}  // namespace

Tick CaptureTime(uint64_t ticks, uint64_t ticks_per_second, int64_t offset_s) {
  const absl::int128 seconds = absl::int128(ticks / ticks_per_second) + offset_s;
  const absl::int128 ns = seconds * kNsPerSecond + FractionNs(ticks % ticks_per_second, ticks_per_second);
  if (ns < 0) return Tick::FromNs(0);
  if (ns > kCaptureTimeMax.ns) return kCaptureTimeMax;
  return Tick::FromNs(static_cast<uint64_t>(ns));
}

std::optional<uint64_t> TicksPerSecond(uint8_t if_tsresol) {
  const unsigned exponent = if_tsresol & 0x7f;
  if ((if_tsresol & 0x80) != 0) {
    if (exponent > 63) return std::nullopt;
    return uint64_t{1} << exponent;
  }
  if (exponent > 19) return std::nullopt;
  uint64_t ticks_per_second = 1;
  for (unsigned i = 0; i < exponent; ++i) ticks_per_second *= 10;
  return ticks_per_second;
}

}  // namespace picket
