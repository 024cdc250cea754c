// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/reputation_table.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace picket {

namespace {

constexpr size_t kLarge = 4096;

}  // namespace

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

ReputationTable::ListedPrefix ReputationTable::ListedPrefixOf(const Address& address, std::vector<Listing> listings) {
  ListedPrefix listed{.address = address, .expiry = {}, .listings = {}};
  const Listing& first = listings.front();
  listed.decides = listings.size() == 1 && first.entry.scope.IsEmpty() && !first.entry.exception;
  listed.verdict = first.entry.verdict;
  listed.tier = first.tier;
  listed.rate_class = first.entry.rate_class;
  listed.expiry = first.entry.expiry;
  listed.listings = std::move(listings);
  return listed;
}

ReputationTable::ReputationTable(std::span<const Listing> listings, uint64_t generation)
    : generation_(generation), size_(listings.size()) {
  absl::flat_hash_map<Prefix, std::vector<Listing>> by_prefix;
  for (const Listing& l : listings) {
    by_prefix[l.entry.prefix].push_back(l);
    has_exceptions_ = has_exceptions_ || l.entry.exception;
  }
  for (auto& [prefix, of_prefix] : by_prefix) {
    Of(prefix.family()).by_length[prefix.length].insert(ListedPrefixOf(prefix.address, std::move(of_prefix)));
  }
  for (FamilyLists* family : {&ipv4_, &ipv6_}) {
    for (int length = 128; length >= 0; --length) {
      const size_t prefixes = family->by_length[static_cast<size_t>(length)].size();
      if (prefixes > 0) family->lengths.push_back(static_cast<uint8_t>(length));
      if (prefixes >= kLarge) family->large_lengths.push_back(static_cast<uint8_t>(length));
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
    if (std::any_of(found->listings.begin(), found->listings.end(), excepts)) return true;
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
    for (const Listing& l : found->listings) {
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

void ReputationTable::Prefetch(const LookupKey& key) const {
  const FamilyLists& lists = Of(key.address.family);
  for (const uint8_t length : lists.large_lengths) lists.by_length[length].prefetch(FirstBits(key.address, length));
}

bool ReputationTable::DecideAlone(const LookupKey& key, Tick now, Decision& out) const {
  const FamilyLists& lists = Of(key.address.family);
  out = {};
  for (const uint8_t length : lists.lengths) {
    const Lists& of_length = lists.by_length[length];
    const auto found = of_length.find(FirstBits(key.address, length));
    if (found == of_length.end()) continue;
    if (!found->decides || out.listed) return false;
    out = {.verdict = found->verdict,
           .tier = found->tier,
           .length = length,
           .listed = true,
           .rate_class = found->rate_class};
    if (found->expiry <= now) return false;
  }
  return true;
}

void ReputationTable::Lookup(std::span<const LookupKey> keys, Tick now, std::span<Decision> out) const {
  assert(keys.size() == out.size() && keys.size() <= kBatchMax);
  for (const LookupKey& key : keys) Prefetch(key);
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!has_exceptions_ && DecideAlone(keys[i], now, out[i])) continue;
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
      covering.insert(covering.end(), found->listings.begin(), found->listings.end());
    }
  }
  std::sort(covering.begin(), covering.end(), Precedes);
  return covering;
}

}  // namespace picket
