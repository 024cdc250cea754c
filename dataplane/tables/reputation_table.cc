// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/reputation_table.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace picket {

bool Precedes(const Listing& a, const Listing& b) {
  const auto rank = [](const Listing& l) {
    return std::tuple(l.tier, l.entry.prefix.length, l.entry.verdict, -int{l.entry.rate_class});
  };
  if (const auto ra = rank(a), rb = rank(b); ra != rb) return ra > rb;
  return std::tie(a.entry.scope, a.source) < std::tie(b.entry.scope, b.source);
}

ScopeMatch MatchScope(const Listing& listing, const LookupKey& key) {
  const Scope& scope = listing.entry.scope;
  if (scope.IsEmpty()) return ScopeMatch::kYes;
  if (key.protocol && scope.Matches(*key.protocol, key.service_port)) return ScopeMatch::kYes;
  const bool may_match = !key.protocol || scope.MayMatch(*key.protocol);
  return key.partial && may_match && listing.entry.verdict == Verdict::kDrop ? ScopeMatch::kAssumed : ScopeMatch::kNo;
}

ReputationTable::ReputationTable(std::span<const Listing> listings, uint64_t generation)
    : generation_(generation), size_(listings.size()) {
  for (const Listing& l : listings) {
    const Prefix& prefix = l.entry.prefix;
    Of(prefix.family()).by_length[prefix.length][prefix.address].push_back(l);
    has_exceptions_ = has_exceptions_ || l.entry.exception;
  }
  for (FamilyLists* family : {&ipv4_, &ipv6_}) {
    for (int length = 128; length >= 0; --length) {
      if (!family->by_length[static_cast<size_t>(length)].empty()) {
        family->lengths.push_back(static_cast<uint8_t>(length));
      }
    }
  }
}

bool ReputationTable::IsExcepted(const Listing& listing, const LookupKey& key, Tick now) const {
  const FamilyLists& lists = Of(key.address.family);
  for (const uint8_t length : lists.lengths) {
    if (length < listing.entry.prefix.length) return false;
    const auto found = lists.by_length[length].find(FirstBits(key.address, length));
    if (found == lists.by_length[length].end()) continue;
    const auto excepts = [&](const Listing& l) {
      return l.entry.exception && l.source == listing.source && l.entry.expiry > now &&
             MatchScope(l, key) == ScopeMatch::kYes;
    };
    if (std::any_of(found->second.begin(), found->second.end(), excepts)) return true;
  }
  return false;
}

const Listing* ReputationTable::Deciding(const LookupKey& key, Tick now, ScopeMatch* match) const {
  const Listing* best = nullptr;
  const FamilyLists& lists = Of(key.address.family);
  for (const uint8_t length : lists.lengths) {
    const Lists& of_length = lists.by_length[length];
    const auto found = of_length.find(FirstBits(key.address, length));
    if (found == of_length.end()) continue;
    for (const Listing& l : found->second) {
      if (l.entry.exception || l.entry.expiry <= now) continue;
      const ScopeMatch m = MatchScope(l, key);
      if (m == ScopeMatch::kNo || (best != nullptr && !Precedes(l, *best))) continue;
      if (has_exceptions_ && IsExcepted(l, key, now)) continue;
      best = &l;
      if (match != nullptr) *match = m;
    }
  }
  return best;
}

void ReputationTable::Lookup(std::span<const LookupKey> keys, Tick now, std::span<Decision> out) const {
  assert(keys.size() == out.size() && keys.size() <= kBatchMax);
  for (size_t i = 0; i < keys.size(); ++i) {
    ScopeMatch match = ScopeMatch::kNo;
    const Listing* listing = Deciding(keys[i], now, &match);
    out[i] = {};
    if (listing == nullptr) continue;
    out[i] = {.verdict = listing->entry.verdict,
              .tier = listing->tier,
              .length = listing->entry.prefix.length,
              .listed = true,
              .assumed = match == ScopeMatch::kAssumed,
              .rate_class = listing->entry.rate_class};
  }
}

std::vector<Listing> ReputationTable::Covering(const Address& address) const {
  std::vector<Listing> covering;
  const FamilyLists& lists = Of(address.family);
  for (const uint8_t length : lists.lengths) {
    const auto found = lists.by_length[length].find(FirstBits(address, length));
    if (found != lists.by_length[length].end()) {
      covering.insert(covering.end(), found->second.begin(), found->second.end());
    }
  }
  std::sort(covering.begin(), covering.end(), Precedes);
  return covering;
}

}  // namespace picket
