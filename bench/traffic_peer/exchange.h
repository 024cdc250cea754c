// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "bench/traffic_peer/device.h"

namespace picket::peer {

// Sends options.send frames in each direction and compares every frame that arrives with those under way.
//   shapes  {"directions": {"in": {"sent", "received", "lost", "duplicated", "altered"}, "out": {...}}, "complete":
//   bool}
//           altered: arrived, but no such frame was sent (or it has already arrived twice, with bytes changed)
//           complete: as many as expected came back, each once and unaltered
nlohmann::ordered_json Exchange(Devices& devices, const Options& options);

}  // namespace picket::peer
