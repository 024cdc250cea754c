// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_reputation.h"

#include <algorithm>

namespace picket {
namespace {

// Bits count from the most significant of the address.
bool Bit(const Address& address, int index) {
  if (address.family == Family::kIpv4) return (address.low >> (31 - index) & 1U) != 0;
  return index < 64 ? (address.high >> (63 - index) & 1U) != 0 : (address.low >> (127 - index) & 1U) != 0;
}

bool Covers(const Prefix& prefix, const Address& address) {
  if (prefix.address.family != address.family) return false;
  for (int i = 0; i < prefix.length; ++i) {
    if (Bit(prefix.address, i) != Bit(address, i)) return false;
  }
  return true;
}

bool PortIn(const Scope& scope, uint16_t port) {
  for (const PortRange& range : scope.ports) {
    if (port >= range.first && port <= range.last) return true;
  }
  return false;
}

bool TrulyMatches(const Scope& scope, const LookupKey& key) {
  if (!scope.protocol) return true;
  if (!key.protocol || *key.protocol != *scope.protocol) return false;
  return scope.ports.empty() || (key.service_port && PortIn(scope, *key.service_port));
}

// What a partial key does not show, it might have; only what frees the packet takes advantage of that.
bool AssumedToMatch(const Listing& listing, const LookupKey& key) {
  const bool drops = listing.entry.verdict == Verdict::kDrop;
  const bool other_protocol = key.protocol && *key.protocol != *listing.entry.scope.protocol;
  return key.partial && drops && !other_protocol;
}

// Keeps the elements whose `rank` is the greatest.
template <typename Rank>
void KeepGreatest(std::vector<Listing>& listings, Rank rank) {
  auto greatest = rank(listings.front());
  for (const Listing& l : listings) greatest = std::max(greatest, rank(l));
  std::erase_if(listings, [&](const Listing& l) { return rank(l) != greatest; });
}

}  // namespace

std::vector<Listing> NaiveCovering(std::span<const Listing> listings, const Address& address) {
  std::vector<Listing> covering;
  for (const Listing& l : listings) {
    if (Covers(l.entry.prefix, address)) covering.push_back(l);
  }
  return covering;
}

Decision NaiveLookup(std::span<const Listing> listings, const LookupKey& key, Tick now) {
  std::vector<Listing> left = NaiveCovering(listings, key.address);
  std::erase_if(left, [&](const Listing& l) {
    return l.entry.expiry <= now || (!TrulyMatches(l.entry.scope, key) && !AssumedToMatch(l, key));
  });
  const std::vector<Listing> matching = left;
  std::erase_if(left, [&](const Listing& l) {
    return l.entry.exception || std::any_of(matching.begin(), matching.end(), [&](const Listing& e) {
             return e.entry.exception && e.source == l.source && TrulyMatches(e.entry.scope, key) &&
                    e.entry.prefix.length >= l.entry.prefix.length;
           });
  });
  if (left.empty()) return {};
  KeepGreatest(left, [](const Listing& l) { return static_cast<int>(l.tier); });
  KeepGreatest(left, [](const Listing& l) { return int{l.entry.prefix.length}; });
  KeepGreatest(left, [](const Listing& l) { return static_cast<int>(l.entry.verdict); });
  KeepGreatest(left, [](const Listing& l) { return -int{l.entry.rate_class}; });
  const bool truly =
      std::any_of(left.begin(), left.end(), [&](const Listing& l) { return TrulyMatches(l.entry.scope, key); });
  const Listing& one = left.front();
  return {.verdict = one.entry.verdict,
          .tier = one.tier,
          .length = one.entry.prefix.length,
          .listed = true,
          .assumed = !truly,
          .rate_class = one.entry.rate_class};
}

}  // namespace picket
