// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>

#include "dataplane/tick.h"

namespace picket {

// The clock that live traffic is judged by: CLOCK_MONOTONIC, about 20 ns a call. Read once a burst, by ports only.
inline Tick MonotonicNow() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return Tick::FromNs(static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()));
}

}  // namespace picket
