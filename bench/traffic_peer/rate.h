// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "bench/traffic_peer/device.h"

namespace picket::peer {

// Sends frames of all lengths in turn at options.rate, each with a number and another outside host, and compares every
// frame that arrives with the one of its number.
//   shapes  {"directions": {"in": {"sent", "skipped", "received", "lost", "duplicated", "altered", "foreign",
//   "sent_mpps",
//           "received_mpps", "first_sent_ns", "first_received_ns"}, ...}, "complete": bool, "longest_gap_ns"}
//           skipped: were due while the devices or others kept us from sending, and were left out
//           foreign: carries no number of ours.  *_ns: NowNs, 0 when there was none
//           longest_gap_ns: how long the devices were left alone at most, because others used the CPU
//           received_mpps: over the time from the first arrival to the last
//   errors  lengths below 60 have no room for the number: "error" instead of "directions"
nlohmann::ordered_json Rate(Devices& devices, const Options& options);

}  // namespace picket::peer
