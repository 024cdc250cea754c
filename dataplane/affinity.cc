// SPDX-License-Identifier: Apache-2.0
#include "dataplane/affinity.h"

#include <cassert>

#include "dataplane/bytes.h"
#include "dataplane/ethernet.h"

namespace picket {
namespace {

constexpr uint32_t kIpv4Bytes = 20;
constexpr uint32_t kIpv4SourceOffset = 12;
constexpr uint32_t kIpv4DestinationOffset = 16;
constexpr uint32_t kIpv6Bytes = 40;
constexpr uint32_t kIpv6SourceOffset = 8;
constexpr uint32_t kIpv6DestinationOffset = 24;

uint32_t Spread(uint64_t address, HashKey key, uint32_t workers) {
  SipHash13 hash(key);
  hash.Add(address);
  return static_cast<uint32_t>(((hash.Finish() >> 32) * workers) >> 32);
}

}  // namespace

uint32_t WorkerOf(const PacketView& packet, Direction direction, HashKey key, uint32_t workers) {
  assert(workers >= 1);
  if (workers == 1 || packet.link_layer != LinkLayer::kEthernet || packet.bytes < kEthernetBytes) return 0;
  uint16_t ethertype = LoadBe16(packet.data + kEthertypeOffset);
  uint32_t offset = kEthernetBytes;
  for (uint32_t tags = 0; tags < kVlanTagsMax && IsVlan(ethertype); ++tags) {
    if (packet.bytes - offset < kVlanTagBytes) return 0;
    ethertype = LoadBe16(packet.data + offset + 2);
    offset += kVlanTagBytes;
  }
  const bool inward = direction == Direction::kInward;
  const uint8_t* ip = packet.data + offset;
  const uint32_t bytes = packet.bytes - offset;
  if (ethertype == kEthertypeIpv4 && bytes >= kIpv4Bytes && ip[0] >> 4 == 4) {
    return Spread(LoadBe32(ip + (inward ? kIpv4SourceOffset : kIpv4DestinationOffset)), key, workers);
  }
  if (ethertype == kEthertypeIpv6 && bytes >= kIpv6Bytes && ip[0] >> 4 == 6) {
    return Spread(LoadBe64(ip + (inward ? kIpv6SourceOffset : kIpv6DestinationOffset)), key, workers);
  }
  return 0;
}

}  // namespace picket
