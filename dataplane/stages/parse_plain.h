// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"

namespace picket {

// The way of nearly all packets through parse in one piece: Ethernet with at most one VLAN tag, IPv4 without options or
// IPv6 without extension headers, not a fragment, TCP or UDP, nothing wrong. True: `headers` is exactly what ParseFrame
// makes of the frame, whose reason is kNone. False: ask ParseFrame; `headers` means nothing.
//   ParseFrame is its naive twin: it names every flaw, this function only knows that there is none.
bool ParsePlain(const PacketView& packet, Headers& headers);

// The same for every live packet of a batch; returns the slots that ParseFrame has to be asked about.
uint32_t ParsePlainOnes(Batch& batch);

}  // namespace picket
