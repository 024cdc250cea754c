// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "dataplane/address.h"

namespace picket {

// A set of prefixes of both families that answers whether one of them covers an address.
//   shapes  one probe for each prefix length in use
class PrefixSet {
 public:
  explicit PrefixSet(std::span<const Prefix> prefixes = {});

  bool Covers(const Address& address) const;
  // Whether a member covers all of `prefix`.
  bool Covers(const Prefix& prefix) const;
  bool empty() const { return prefixes_.empty(); }

 private:
  absl::flat_hash_set<Prefix> prefixes_;
  std::vector<uint8_t> ipv4_lengths_;
  std::vector<uint8_t> ipv6_lengths_;
};

}  // namespace picket
