// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "dataplane/headers.h"
#include "dataplane/verdict.h"

// The layers that parse walks through, one function each; only parse calls them.
namespace picket {

// The part of a frame that an IP header lays claim to.
//   shapes  readable_end <= PacketView::bytes: nothing at or after it may be read;
//           end: where the IP datagram ends on the wire, readable_end <= end
struct IpSpan {
  const uint8_t* data = nullptr;
  uint32_t readable_end = 0;
  uint32_t end = 0;
};

// Both set `headers.proved` to kIp once addresses and lengths are sound, and go on into the transport.
Reason ParseIpv4(const PacketView& packet, uint32_t offset, Headers& headers);
Reason ParseIpv6(const PacketView& packet, uint32_t offset, Headers& headers);

// The transport header at headers.transport_offset by headers.protocol; protocols without a parser are kTransport at
// once, with everything as payload.
Reason ParseTransport(const IpSpan& ip, Headers& headers);

// Whether every TCP option from `at` to `end` keeps its length.
Reason CheckTcpOptions(const uint8_t* at, const uint8_t* end);

// Marks the transport's layer by protocol number.
void AddTransportLayer(Headers& headers);

// Whether the source may appear in a packet at all, and whether it differs from the destination (loopback excepted).
Reason CheckAddresses(const Headers& headers);

// Lengths that every fragment has to keep; `header_bytes` count against the 65,535 of the reassembled datagram.
Reason CheckFragment(const Headers& headers, uint32_t header_bytes);

}  // namespace picket
