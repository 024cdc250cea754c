// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

namespace picket {

// A span of time. Signed, so that differences of ticks are representable.
//   units   nanoseconds
struct Duration {
  int64_t ns = 0;

  static constexpr Duration FromNs(int64_t n) { return {n}; }
  static constexpr Duration FromMs(int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration FromSeconds(int64_t n) { return {n * 1'000'000'000}; }
  friend constexpr auto operator<=>(Duration, Duration) = default;
};

// A point in time, handed to every function that depends on time: nothing in the data path reads a clock.
//   units   nanoseconds since the epoch of whoever supplies it (a capture's clock, or the worker's monotonic clock)
struct Tick {
  uint64_t ns = 0;

  static constexpr Tick FromNs(uint64_t n) { return {n}; }
  static constexpr Tick FromMs(uint64_t n) { return {n * 1'000'000}; }
  static constexpr Tick FromSeconds(uint64_t n) { return {n * 1'000'000'000}; }
  friend constexpr auto operator<=>(Tick, Tick) = default;
  friend constexpr Duration operator-(Tick a, Tick b) { return {static_cast<int64_t>(a.ns - b.ns)}; }
  friend constexpr Tick operator+(Tick a, Duration d) { return {a.ns + static_cast<uint64_t>(d.ns)}; }
};

// Later than every tick that occurs: the expiry of an entry that never expires.
inline constexpr Tick kNever{UINT64_MAX};

}  // namespace picket
