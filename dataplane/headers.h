// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "dataplane/address.h"
#include "dataplane/packet_view.h"

namespace picket {

// What a frame was seen to contain; bits of Headers::layers, counted per packet. ipv4/ipv6 are the outermost IP header
// after VLAN tags, by ethertype, even when it is malformed; exactly one of ipv4, ipv6, arp, other is set. The transport
// is what a usable IP header carries by protocol number; later fragments carry none.
enum class Layer : uint8_t {
  kIpv4,
  kIpv6,
  kArp,
  kOther,
  kVlan,
  kTcp,
  kUdp,
  kIcmp,
  kIcmp6,
  kSctp,
  kGre,
  kEsp,
  kFragment
};
inline constexpr std::array<std::string_view, 13> kLayerNames = {
    "ipv4", "ipv6", "arp", "other", "vlan", "tcp", "udp", "icmp", "icmp6", "sctp", "gre", "esp", "fragment"};
inline constexpr size_t kLayerCount = kLayerNames.size();

// How much of a frame was proved. Fields of a level are meaningful only once that level is reached.
enum class Proved : uint8_t { kNothing, kIp, kTransport };

// The parsed headers of one packet: filled by parse, trusted by every later stage. One cache line.
//   shapes  offsets count from the frame's first byte; ports, ids and lengths are in host order.
//           kIp: family, addresses, hop_limit, ip_offset, protocol, transport_offset and the fragment fields
//           kTransport: payload_offset, payload_bytes and, with has_ports, the ports (TCP, UDP); tcp_flags (TCP)
//   units   bytes; payload_bytes are those that can be read through Payload()
struct alignas(64) Headers {
  uint64_t source_high;
  uint64_t source_low;
  uint64_t destination_high;
  uint64_t destination_low;
  uint32_t fragment_id;
  uint32_t payload_bytes;
  uint16_t source_port;
  uint16_t destination_port;
  uint16_t ip_offset;
  uint16_t transport_offset;
  uint16_t payload_offset;
  uint16_t fragment_offset;
  uint16_t fragment_bytes;
  uint16_t layers;
  Family family;
  Proved proved;
  uint8_t protocol;
  uint8_t hop_limit;
  uint8_t tcp_flags;
  uint8_t vlan_tags;
  bool has_ports : 1;
  bool is_fragment : 1;
  bool more_fragments : 1;
  bool follows_first : 1;  // a later fragment that carries its first's ports (by the fragments stage)

  Address Source() const { return {source_high, source_low, family}; }
  Address Destination() const { return {destination_high, destination_low, family}; }
  bool IsFirstFragment() const { return is_fragment && fragment_offset == 0; }
  bool IsLaterFragment() const { return is_fragment && fragment_offset != 0; }
  void Add(Layer layer) { layers = static_cast<uint16_t>(layers | 1U << static_cast<unsigned>(layer)); }
  bool Has(Layer layer) const { return (layers >> static_cast<unsigned>(layer) & 1U) != 0; }
};
static_assert(sizeof(Headers) == 64);

enum TcpFlag : uint8_t { kTcpFin = 1, kTcpSyn = 2, kTcpRst = 4, kTcpPsh = 8, kTcpAck = 16, kTcpUrg = 32 };

// The transport payload's bytes; needs Proved::kTransport.
inline std::span<const uint8_t> Payload(const PacketView& packet, const Headers& headers) {
  return {packet.data + headers.payload_offset, headers.payload_bytes};
}

}  // namespace picket
