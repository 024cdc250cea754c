// SPDX-License-Identifier: Apache-2.0
#include "rules/address_range.h"

namespace picket {
namespace {

Address LastAddress(const Prefix& prefix) {
  constexpr uint64_t kOnes = ~uint64_t{0};
  Address last = prefix.address;
  if (prefix.family() == Family::kIpv4) {
    last.low |= uint64_t{0xffff'ffff} >> prefix.length;
  } else if (prefix.length < 64) {
    last.high |= kOnes >> prefix.length;
    last.low = kOnes;
  } else if (prefix.length < 128) {
    last.low |= kOnes >> (prefix.length - 64);
  }
  return last;
}

}  // namespace

Prefix AddressRange::FirstBlock() const {
  Prefix block = Prefix::Host(first);
  while (block.length > 0) {
    const Prefix wider = Prefix::Of(first, static_cast<uint8_t>(block.length - 1));
    if (wider.address != first || LastAddress(wider) > last) break;
    block = wider;
  }
  return block;
}

AddressRange RangeOf(const Prefix& prefix) { return {prefix.address, LastAddress(prefix)}; }

Address Next(Address address) {
  ++address.low;
  if (address.family == Family::kIpv6 && address.low == 0) ++address.high;
  return address;
}

}  // namespace picket
