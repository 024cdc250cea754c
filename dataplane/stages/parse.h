// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/batch.h"
#include "dataplane/ethernet.h"
#include "dataplane/policy.h"

namespace picket {

inline constexpr uint32_t kIpv6ExtensionHeadersMax = 8;

// Parses every live packet of the batch into its headers column and takes out what needs no judging.
//   shapes  reads at most packet.bytes of each frame. Afterwards every live packet has Proved::kIp or better; a later
//           stage that keeps to `headers` cannot read past the frame. A header that lies beyond `bytes` (cut by a
//           capture, or in a later segment) counts as truncated.
//   Malformed packets get the first reason that applies and the verdict `malformed` sets for it; with pass or monitor
//   they stay live if their IP header is sound, so that reputation still sees them. ARP, neighbor discovery (hop limit
//   255, unfragmented), LLDP and unknown ethertypes are settled as pass.
//   errors  none: each failure is a Reason
//   source  IEEE 802.1Q; RFC 791, 1858, 3128, 7126 (IPv4); RFC 8200, 5095, 6980, 7112 (IPv6); RFC 9293 (TCP); RFC 768
//           (UDP); RFC 792, 4443, 4861 (ICMP). IPv4 header checksums are not verified: routers before and hosts behind
//           do, and captures taken on a sender have none.
void Parse(Batch& batch, const MalformedPolicy& malformed);

// Parses one frame. Reason::kNone: sound, all that `headers->proved` promises holds. Otherwise why not, with `headers`
// filled as far as was proved.
Reason ParseFrame(const PacketView& packet, Headers& headers);

}  // namespace picket
