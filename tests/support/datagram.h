// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "tests/support/frame.h"

namespace picket {

// One UDP datagram, cut into the pieces that a test asks for; both families have the addresses of PacketBuilder.
//   units  offsets and lengths in bytes of the IP payload, the UDP header included
struct Datagram {
  Family family = Family::kIpv4;
  uint32_t id = 1;
  uint16_t port = 53;
  uint8_t protocol = 17;

  Frame First(size_t bytes = 16) const { return Begin(0, true).Udp(UdpHeader()).Zeros(bytes - 8); }
  Frame Atomic() const { return Begin(0, false).Udp({.destination_port = port}).Zeros(8); }
  Frame Middle(uint16_t offset, size_t bytes = 8) const { return Begin(offset, true).Next(protocol).Zeros(bytes); }
  Frame Last(uint16_t offset = 16, size_t bytes = 5) const { return Begin(offset, false).Next(protocol).Zeros(bytes); }
  // A first fragment that parse refuses: part of a TCP header.
  Frame Tiny() const { return Begin(0, true).Next(6).Zeros(16); }
  // A later fragment of the TCP segment that Tiny() begins.
  Frame LastOfTiny() const { return Begin(16, false).Next(6).Zeros(8); }

 private:
  UdpFields UdpHeader() const { return {.destination_port = port, .length = 2000}; }
  PacketBuilder Begin(uint16_t offset, bool more) const {
    const auto ipv4_id = static_cast<uint16_t>(id);
    if (family == Family::kIpv4) {
      return PacketBuilder().Ipv4({.id = ipv4_id, .fragment_offset = offset, .more_fragments = more});
    }
    return PacketBuilder().Ipv6().Fragment6({.id = id, .fragment_offset = offset, .more_fragments = more});
  }
};

}  // namespace picket
