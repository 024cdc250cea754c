// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_affinity.h"

#include "dataplane/stages/parse.h"

namespace picket {
namespace {

uint64_t Read(const PacketView& packet, uint32_t at, uint32_t bytes) {
  uint64_t value = 0;
  for (uint32_t i = 0; i < bytes; ++i) value = value << 8 | packet.data[at + i];
  return value;
}

std::optional<Address> Unproved(const PacketView& packet, const Headers& headers, bool source) {
  const uint32_t at = headers.ip_offset;
  if (headers.Has(Layer::kIpv4) && at + 20 <= packet.bytes && packet.data[at] / 16 == 4) {
    return Address::V4(static_cast<uint32_t>(Read(packet, at + (source ? 12 : 16), 4)));
  }
  if (headers.Has(Layer::kIpv6) && at + 40 <= packet.bytes && packet.data[at] / 16 == 6) {
    return Address::V6(Read(packet, at + (source ? 8 : 24), 8), 0);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Address> NaiveAffinityAddress(const PacketView& packet, Direction direction) {
  if (packet.link_layer != LinkLayer::kEthernet) return std::nullopt;
  Headers headers;
  ParseFrame(packet, headers);
  const bool source = direction == Direction::kInward;
  if (headers.proved == Proved::kNothing) return Unproved(packet, headers, source);
  const Address outside = source ? headers.Source() : headers.Destination();
  return outside.family == Family::kIpv4 ? outside : FirstBits(outside, 64);
}

uint32_t NaiveWorkerOf(const PacketView& packet, Direction direction, HashKey key, uint32_t workers) {
  const std::optional<Address> outside = NaiveAffinityAddress(packet, direction);
  if (!outside) return 0;
  SipHash13 hash(key);
  hash.Add(outside->family == Family::kIpv4 ? outside->low : outside->high);
  const uint64_t upper = hash.Finish() / (uint64_t{1} << 32);
  return static_cast<uint32_t>(upper * workers / (uint64_t{1} << 32));
}

}  // namespace picket
