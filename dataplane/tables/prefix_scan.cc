// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/prefix_scan.h"

namespace picket {

PrefixScan::PrefixScan(std::span<const Prefix> prefixes) : all_(prefixes) {
  for (const Prefix& p : prefixes) {
    const Address ones{~uint64_t{0}, ~uint64_t{0}, p.family()};
    const Address mask = FirstBits(ones, p.length);
    if (p.family() == Family::kIpv4) {
      ipv4_.push_back({static_cast<uint32_t>(p.address.low), static_cast<uint32_t>(mask.low)});
    } else {
      ipv6_.push_back({p.address.high, p.address.low, mask.high, mask.low});
    }
  }
}

}  // namespace picket
