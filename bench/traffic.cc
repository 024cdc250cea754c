// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <random>

#include "dataplane/bytes.h"
#include "tests/support/packet_builder.h"

namespace picket {
namespace {

// A frame whose source address is still to be set.
struct Template {
  Bytes bytes;
  uint32_t source_at;
};

const std::array<Template, 4>& Templates() {
  static const std::array<Template, 4> kTemplates{
      {{PacketBuilder().Ipv6().Tcp({.destination_port = 443}).Zeros(8).Build(), 22},
       {PacketBuilder().Ipv4().Tcp({.destination_port = 443}).Zeros(6).Build(), 26},
       {PacketBuilder().Ipv4().Udp({.destination_port = 53}).Zeros(40).Build(), 26},
       {PacketBuilder().Vlan(7).Ipv4().Udp({.destination_port = 123}).Zeros(40).Build(), 30}}};
  return kTemplates;
}

bool IsIpv6Client(uint32_t client) { return client % 4 == 0; }

void SetSource(uint8_t* frame, uint32_t at, const Address& source) {
  if (source.family == Family::kIpv4) {
    StoreBe32(frame + at, static_cast<uint32_t>(source.low));
  } else {
    StoreBe64(frame + at, source.high);
    StoreBe64(frame + at + 8, source.low);
  }
}

}  // namespace

Address ClientAddress(uint32_t client) {
  if (IsIpv6Client(client)) return Address::V6(0x2001'0db8'0000'0000 | client, 1);
  return Address::V4(0x0a00'0000 | client);
}

Traffic::Traffic(size_t frames, uint64_t seed) : bytes_(frames * kSlotBytes), views_(frames) {
  std::mt19937_64 rng(seed);
  for (size_t i = 0; i < frames; ++i) {
    const auto client = static_cast<uint32_t>(rng() % kClients);
    const Template& t = Templates()[client % Templates().size()];
    uint8_t* slot = bytes_.data() + i * kSlotBytes;
    std::memcpy(slot, t.bytes.data(), t.bytes.size());
    SetSource(slot, t.source_at, ClientAddress(client));
    const auto bytes = static_cast<uint32_t>(t.bytes.size());
    views_[i] = {slot, bytes, bytes, LinkLayer::kEthernet};
  }
  std::shuffle(views_.begin(), views_.end(), rng);
}

}  // namespace picket
