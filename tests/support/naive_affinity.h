// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "dataplane/batch.h"
#include "dataplane/packet_view.h"
#include "dataplane/tables/siphash.h"

namespace picket {

// The outside address by which WorkerOf must choose, found with the whole parser; IPv6: its /64. Nothing: worker 0.
//   shapes  where the parser proves the IP header, these are the addresses it found; else the bytes where it says the
//           header begins, if the fixed part of it is there and has the ethertype's version
std::optional<Address> NaiveAffinityAddress(const PacketView& packet, Direction direction);

uint32_t NaiveWorkerOf(const PacketView& packet, Direction direction, HashKey key, uint32_t workers);

}  // namespace picket
