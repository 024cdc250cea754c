// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "dataplane/tick.h"

namespace picket {

__extension__ using uint128 = unsigned __int128;

// When the next unit is due if the sender keeps to its rate: the whole state of one rate limit.
//   units   nanoseconds plus `fraction` / 2^24 ns: at 100 Gbit/s a byte is 0.08 ns, so whole nanoseconds would be off
//           by 2 % for a 64-byte frame
struct ArrivalTime {
  uint64_t ns = 0;
  uint32_t fraction = 0;
};

// The generic cell rate algorithm in its virtual scheduling form: `rate` units a second, `burst` units at once.
//   shapes  1 <= rate_per_s <= 12.5e9, 1 <= burst; units are packets or bytes, whatever the caller counts
//           A sender of evenly spaced packets needs a burst of one packet plus a nanosecond's units, a bursty one two
//           packets to make use of the whole rate.
//   errors  none; more units than `burst` at once never conform, nor what would be due after the last tick
//   source  ITU-T I.371 annex A. The rate is granted in full, and exceeded by less than one millionth of it.
class Gcra {
 public:
  static constexpr unsigned kFractionBits = 24;

  constexpr Gcra(uint64_t rate_per_s, uint64_t burst)
      : interval_(kSecond / rate_per_s), tolerance_(uint128{interval_} * burst) {}

  // Whether `units` arriving at `now` conform; only then is `due` advanced. While the clock is behind an earlier `now`
  // less conforms, never more.
  constexpr bool Conforms(ArrivalTime& due, uint64_t units, Tick now) const {
    const uint128 at = uint128{now.ns} << kFractionBits;
    const uint128 start = std::max(at, (uint128{due.ns} << kFractionBits) + due.fraction);
    const uint128 next = start + CostOf(units);
    const bool beyond_ticks = (next >> (64 + kFractionBits)) != 0;
    if (next - at > tolerance_ || beyond_ticks) return false;
    due.ns = static_cast<uint64_t>(next >> kFractionBits);
    due.fraction = static_cast<uint32_t>(next & ((1U << kFractionBits) - 1));
    return true;
  }

  // What `units` cost and how far ahead of the clock all that was granted may be, in 2^-24 ns.
  constexpr uint128 CostOf(uint64_t units) const { return uint128{interval_} * units; }
  constexpr uint128 tolerance() const { return tolerance_; }

 private:
  static constexpr uint64_t kSecond = uint64_t{1'000'000'000} << kFractionBits;

  uint64_t interval_;  // of one unit, ns / 2^24
  uint128 tolerance_;  // of a whole burst, ns / 2^24
};

}  // namespace picket
