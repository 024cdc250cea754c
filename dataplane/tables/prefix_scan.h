// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "dataplane/address.h"
#include "dataplane/tables/prefix_set.h"

namespace picket {

// PrefixSet for the fast path, made for a handful of prefixes of each family: those are compared one after the other,
// which beats hashing.
//   shapes  more than kScannedMax prefixes of one family are left to a PrefixSet
class PrefixScan {
 public:
  static constexpr size_t kScannedMax = 8;

  explicit PrefixScan(std::span<const Prefix> prefixes = {});

  bool Covers(const Address& address) const {
    return address.family == Family::kIpv4 ? CoversIpv4(address) : CoversIpv6(address);
  }
  bool Has(Family family) const { return family == Family::kIpv4 ? !ipv4_.empty() : !ipv6_.empty(); }

 private:
  struct Block4 {
    uint32_t value;
    uint32_t mask;
  };
  struct Block6 {
    uint64_t high;
    uint64_t low;
    uint64_t high_mask;
    uint64_t low_mask;
  };

  bool CoversIpv4(const Address& address) const {
    if (ipv4_.size() > kScannedMax) [[unlikely]]
      return all_.Covers(address);
    const auto value = static_cast<uint32_t>(address.low);
    return std::any_of(ipv4_.begin(), ipv4_.end(), [value](Block4 b) { return ((value ^ b.value) & b.mask) == 0; });
  }
  bool CoversIpv6(const Address& address) const {
    if (ipv6_.size() > kScannedMax) [[unlikely]]
      return all_.Covers(address);
    return std::any_of(ipv6_.begin(), ipv6_.end(), [&address](const Block6& b) {
      return (((address.high ^ b.high) & b.high_mask) | ((address.low ^ b.low) & b.low_mask)) == 0;
    });
  }

  std::vector<Block4> ipv4_;
  std::vector<Block6> ipv6_;
  PrefixSet all_;
};

}  // namespace picket
