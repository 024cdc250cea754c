// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket::peer {

// CLOCK_MONOTONIC, which all processes of a machine share.
//   units   nanoseconds
uint64_t NowNs();

// SIGTERM and SIGINT end whatever runs; its figures are printed all the same.
void StopOnSignals();
bool Stopped();

}  // namespace picket::peer
