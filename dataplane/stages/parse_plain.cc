// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/parse_plain.h"

#include <algorithm>

#include "dataplane/bytes.h"
#include "dataplane/ethernet.h"
#include "dataplane/scope.h"
#include "dataplane/stages/parse_layers.h"

namespace picket {
namespace {

constexpr uint32_t kIpv4Bytes = 20;
constexpr uint32_t kIpv6Bytes = 40;
constexpr uint32_t kTcpBytesMin = 20;
constexpr uint32_t kUdpBytes = 8;
constexpr uint8_t kVersion4WithoutOptions = 0x45;
constexpr uint16_t kFragmentBits = 0x3fff;

constexpr unsigned Bit(Layer layer) { return 1U << static_cast<unsigned>(layer); }

// Source addresses that CheckAddresses has something to say about; loopback is left to it too.
inline bool IsOrdinaryIpv4(uint32_t source) { return source >> 28 < 0xe && source >> 24 != 127; }
inline bool IsOrdinaryIpv6(uint64_t high) { return high >> 56 != 0xff && high != 0; }

// TCP or UDP at transport_offset, all of it within both the bytes that can be read and those IP speaks of.
inline bool FillTransport(const uint8_t* at, uint32_t readable, uint32_t bytes, Headers& h) {
  const uint32_t sure = std::min(readable, bytes);
  uint32_t header_bytes = kUdpBytes;
  if (h.protocol == kProtocolTcp) {
    if (sure < kTcpBytesMin) return false;
    header_bytes = (at[12] >> 4) * 4U;
    if (header_bytes < kTcpBytesMin || header_bytes > sure) return false;
    if (header_bytes > kTcpBytesMin && CheckTcpOptions(at + kTcpBytesMin, at + header_bytes) != Reason::kNone) {
      return false;
    }
    h.tcp_flags = at[13];
  } else {
    if (h.protocol != kProtocolUdp || sure < kUdpBytes) return false;
    const uint32_t udp_bytes = LoadBe16(at + 4);
    if (udp_bytes < kUdpBytes || udp_bytes > bytes) return false;
  }
  h.source_port = LoadBe16(at);
  h.destination_port = LoadBe16(at + 2);
  h.payload_offset = static_cast<uint16_t>(h.transport_offset + header_bytes);
  h.payload_bytes = sure - header_bytes;
  h.layers = static_cast<uint16_t>(h.layers | Bit(h.protocol == kProtocolTcp ? Layer::kTcp : Layer::kUdp));
  h.proved = Proved::kTransport;
  h.has_ports = true;
  return h.source_port != 0 && h.destination_port != 0;
}

inline bool FillIpv4(const PacketView& packet, uint32_t offset, Headers& h) {
  if (packet.bytes < offset + kIpv4Bytes) return false;
  const uint8_t* ip = packet.data + offset;
  const uint32_t total_bytes = LoadBe16(ip + 2);
  if (ip[0] != kVersion4WithoutOptions || (LoadBe16(ip + 6) & kFragmentBits) != 0) return false;
  if (total_bytes < kIpv4Bytes || total_bytes > packet.wire_bytes - offset) return false;
  const uint32_t source = LoadBe32(ip + 12);
  const uint32_t destination = LoadBe32(ip + 16);
  if (!IsOrdinaryIpv4(source) || source == destination) return false;
  h.family = Family::kIpv4;
  h.source_low = source;
  h.destination_low = destination;
  h.hop_limit = ip[8];
  h.protocol = ip[9];
  h.transport_offset = static_cast<uint16_t>(offset + kIpv4Bytes);
  h.layers = static_cast<uint16_t>(h.layers | Bit(Layer::kIpv4));
  return FillTransport(ip + kIpv4Bytes, packet.bytes - offset - kIpv4Bytes, total_bytes - kIpv4Bytes, h);
}

inline bool FillIpv6(const PacketView& packet, uint32_t offset, Headers& h) {
  if (packet.bytes < offset + kIpv6Bytes) return false;
  const uint8_t* ip = packet.data + offset;
  const uint32_t payload_bytes = LoadBe16(ip + 4);
  if (ip[0] >> 4 != 6 || payload_bytes > packet.wire_bytes - offset - kIpv6Bytes) return false;
  h.source_high = LoadBe64(ip + 8);
  h.source_low = LoadBe64(ip + 16);
  h.destination_high = LoadBe64(ip + 24);
  h.destination_low = LoadBe64(ip + 32);
  const bool same = h.source_high == h.destination_high && h.source_low == h.destination_low;
  if (!IsOrdinaryIpv6(h.source_high) || same) return false;
  h.family = Family::kIpv6;
  h.hop_limit = ip[7];
  h.protocol = ip[6];
  h.transport_offset = static_cast<uint16_t>(offset + kIpv6Bytes);
  h.layers = static_cast<uint16_t>(h.layers | Bit(Layer::kIpv6));
  return FillTransport(ip + kIpv6Bytes, packet.bytes - offset - kIpv6Bytes, payload_bytes, h);
}

}  // namespace

namespace {

inline bool FillFrame(const PacketView& packet, Headers& h) {
  if (packet.link_layer != LinkLayer::kEthernet || packet.bytes < kEthernetBytes + kVlanTagBytes) return false;
  // In place: a copy made after narrow stores would wait for each of them (store forwarding fails).
  h = {};
  uint16_t ethertype = LoadBe16(packet.data + kEthertypeOffset);
  uint32_t offset = kEthernetBytes;
  if (IsVlan(ethertype)) {
    ethertype = LoadBe16(packet.data + offset + 2);
    offset += kVlanTagBytes;
    h.vlan_tags = 1;
    h.layers = Bit(Layer::kVlan);
  }
  h.ip_offset = static_cast<uint16_t>(offset);
  if (ethertype == kEthertypeIpv4) return FillIpv4(packet, offset, h);
  return ethertype == kEthertypeIpv6 && FillIpv6(packet, offset, h);
}

}  // namespace

bool ParsePlain(const PacketView& packet, Headers& headers) { return FillFrame(packet, headers); }

uint32_t ParsePlainOnes(Batch& batch) {
  uint32_t rest = 0;
  for (const uint32_t slot : batch.Live()) {
    const bool plain = FillFrame(batch.packet[slot], batch.headers[slot]);
    rest |= (plain ? 0U : 1U) << slot;
  }
  return rest;
}

}  // namespace picket
