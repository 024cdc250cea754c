// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/prefix_set.h"

#include <algorithm>

namespace picket {

PrefixSet::PrefixSet(std::span<const Prefix> prefixes) : prefixes_(prefixes.begin(), prefixes.end()) {
  for (const Prefix& p : prefixes_) {
    std::vector<uint8_t>& lengths = p.family() == Family::kIpv4 ? ipv4_lengths_ : ipv6_lengths_;
    if (std::find(lengths.begin(), lengths.end(), p.length) == lengths.end()) lengths.push_back(p.length);
  }
}

bool PrefixSet::Covers(const Address& address) const { return Covers(Prefix::Host(address)); }

bool PrefixSet::Covers(const Prefix& prefix) const {
  const std::vector<uint8_t>& lengths = prefix.family() == Family::kIpv4 ? ipv4_lengths_ : ipv6_lengths_;
  return std::any_of(lengths.begin(), lengths.end(), [&](uint8_t length) {
    return length <= prefix.length && prefixes_.contains(Prefix::Of(prefix.address, length));
  });
}

}  // namespace picket
