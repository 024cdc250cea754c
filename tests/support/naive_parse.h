// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/headers.h"
#include "dataplane/packet_view.h"
#include "dataplane/verdict.h"

namespace picket {

// What a frame contains, found a second time in the plainest way: the twin that ParseFrame must agree with.
//   shapes  offsets count from the frame's first byte. `reason` is the first thing wrong, from the outermost header
//           inwards; IPv6: the order of the extension headers comes before whatever ended the walk
//           ip: there is an IP header whose addresses and lengths are sound; the fields above `ports` need it
//           payload: where the transport's payload begins, if the transport header is sound
struct NaivePacket {
  Reason reason = Reason::kNone;
  uint16_t layers = 0;
  uint8_t vlan_tags = 0;
  bool ip = false;
  Address source;
  Address destination;
  size_t ip_at = 0;
  size_t transport_at = 0;
  uint8_t protocol = 0;
  uint8_t hop_limit = 0;
  bool fragment = false;
  bool more_fragments = false;
  uint32_t fragment_id = 0;
  size_t fragment_offset = 0;
  size_t fragment_bytes = 0;
  std::optional<std::pair<uint16_t, uint16_t>> ports;
  std::optional<size_t> payload;
  size_t payload_bytes = 0;
};

// source  IEEE 802.1Q; RFC 791, 792, 768, 1122, 1858, 3128, 7126, 8200, 4302, 4443, 4861, 5095, 6946, 6980, 7112, 9293
NaivePacket NaiveParse(const PacketView& packet);

// How ParseFrame's answer differs from the naive one; empty if it does not.
std::string Difference(const NaivePacket& naive, Reason reason, const Headers& headers);

}  // namespace picket
