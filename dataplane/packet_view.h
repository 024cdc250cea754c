// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace picket {

// What the first byte of a frame belongs to.
//   ethernet      IEEE 802.3 / Ethernet II
//   raw_ip        the IP header itself; the version nibble tells the family
//   linux_cooked  LINKTYPE_LINUX_SLL, 16 bytes;  linux_cooked2  LINKTYPE_LINUX_SLL2, 20 bytes
//   bsd_loopback  LINKTYPE_NULL and LINKTYPE_LOOP: a 4-byte address family, then the IP header
enum class LinkLayer : uint8_t { kEthernet, kRawIp, kLinuxCooked, kLinuxCooked2, kBsdLoopback };

// One frame as a port holds it; the port keeps the bytes alive until the batch is settled.
//   shapes  `data` has `bytes` readable bytes, all that parse may touch. `wire_bytes` >= `bytes` is the frame's length
//           on the wire: larger when a capture cut it or when further segments follow the first.
struct PacketView {
  const uint8_t* data = nullptr;
  uint32_t bytes = 0;
  uint32_t wire_bytes = 0;
  LinkLayer link_layer = LinkLayer::kEthernet;
};

}  // namespace picket
