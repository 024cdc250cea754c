// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "dataplane/tick.h"

namespace picket {

// The latest time a capture can state (April 2262), so that the difference of any two is a Duration.
inline constexpr Tick kCaptureTimeMax{INT64_MAX};

// A timestamp as nanoseconds since 1970, rounded down; saturates at 0 and kCaptureTimeMax.
//   shapes  ticks_per_second > 0
//   units   ticks / ticks_per_second + offset_s seconds
Tick CaptureTime(uint64_t ticks, uint64_t ticks_per_second, int64_t offset_s);

// What the value of an if_tsresol option means; nothing if a uint64_t cannot hold it.
//   source  draft-ietf-opsawg-pcapng section 4.2: 10^-n, or 2^-n with the top bit set
std::optional<uint64_t> TicksPerSecond(uint8_t if_tsresol);

}  // namespace picket
