// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "dataplane/batch.h"
#include "dataplane/packet_view.h"
#include "dataplane/tables/siphash.h"

namespace picket {

// Which of a link's workers sees a packet: chosen by the outside address, IPv6 by its /64, so that everything a worker
// remembers of an address is in one place. Both directions and all pieces of a datagram go the same way, since nothing
// but the address counts. The inverse does not hold: a worker serves many addresses.
//   shapes  workers >= 1; the result is below it. Reads at most packet.bytes: Ethernet, up to kVlanTagsMax tags, the
//           fixed part of the IP header.
//   errors  none: what shows no address there (no IP, cut short, wrong version, another link layer) goes to worker 0
uint32_t WorkerOf(const PacketView& packet, Direction direction, HashKey key, uint32_t workers);

}  // namespace picket
