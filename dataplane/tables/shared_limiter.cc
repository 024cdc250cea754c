// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/shared_limiter.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace picket {
namespace {

constexpr unsigned kFractionBits = 8;
constexpr unsigned kDroppedBits = Gcra::kFractionBits - kFractionBits;
constexpr uint64_t kBurstSpanMax = uint64_t{1} << 62;
constexpr uint64_t kClockSkewMax = (uint64_t{3'600} * 1'000'000'000) << kFractionBits;

uint64_t Span(uint128 fractions) {
  return static_cast<uint64_t>(std::min(fractions >> kDroppedBits, uint128{kBurstSpanMax}));
}

// How far `due` lies ahead of `at`, both modulo 2^64; 0 when it is past, or so far ahead that it must have been written
// before the clock came round.
uint64_t Ahead(uint64_t due, uint64_t at, uint64_t most) {
  const uint64_t ahead = due - at;
  return ahead <= most + kClockSkewMax ? ahead : 0;
}

}  // namespace

SharedLimiter::SharedLimiter(uint32_t buckets, HashKey key) : key_(key), sets_(buckets / kWays) {
  assert(std::has_single_bit(buckets) && buckets >= kWays);
}

uint64_t SharedLimiter::TagOf(const LimiterKey& key) const {
  const Address& address = key.prefix.address;
  SipHash13 hash(key_);
  hash.Add(address.high);
  hash.Add(address.low);
  hash.Add(uint64_t{key.rate_class} << 16 | uint64_t{key.prefix.length} << 8 | static_cast<uint64_t>(address.family));
  const uint64_t tag = hash.Finish();
  return tag == kFree ? 1 : tag;
}

SharedLimiter::Bucket* SharedLimiter::Find(Set& set, uint64_t tag) {
  const auto found =
      std::find_if(set.bucket.begin(), set.bucket.end(), [tag](const Bucket& b) { return b.tag == tag; });
  return found == set.bucket.end() ? nullptr : &*found;
}

// Of tags sequentially consistent loads and exchanges are made: of two threads that claim two ways for one tag, at
// least one sees the other's.
void SharedLimiter::Claim(Set& set, uint64_t tag, uint64_t at, uint64_t* evicted) {
  Bucket* first = nullptr;
  uint64_t owner = kFree, debt = 0, least = UINT64_MAX;
  for (Bucket& b : set.bucket) {
    const uint64_t b_owner = b.tag;
    const uint64_t b_debt = Ahead(b.due.load(std::memory_order_relaxed), at, kBurstSpanMax);
    const uint64_t busy = b_owner == kFree ? 0 : b_debt;
    if (busy >= least) continue;
    first = &b;
    owner = b_owner;
    debt = b_debt;
    least = busy;
  }
  if (uint64_t expected = owner; !first->tag.compare_exchange_strong(expected, tag)) return;
  const bool twice =
      std::any_of(set.bucket.begin(), set.bucket.end(), [&](const Bucket& b) { return &b != first && b.tag == tag; });
  if (uint64_t expected = tag; twice) first->tag.compare_exchange_strong(expected, kFree);
  if (least > 0) ++*evicted;
  // Only what the old owner owed goes: the new one may have been charged already.
  if (debt > 0) first->due.fetch_sub(debt, std::memory_order_relaxed);
}

SharedLimiter::Bucket& SharedLimiter::FindOrClaim(uint64_t tag, uint64_t at, uint64_t* evicted) {
  Set& set = sets_[tag & (sets_.size() - 1)];
  for (;;) {
    if (Bucket* bucket = Find(set, tag)) return *bucket;
    Claim(set, tag, at, evicted);
  }
}

bool SharedLimiter::Charge(const LimiterKey& key, const Gcra& rate, uint64_t units, Tick now, uint64_t* evicted) {
  const uint64_t at = now.ns << kFractionBits;
  const uint64_t cost = Span(rate.CostOf(units));
  const uint64_t burst = Span(rate.tolerance());
  if (cost > burst) return false;
  Bucket& bucket = FindOrClaim(TagOf(key), at, evicted);
  uint64_t due = bucket.due.load(std::memory_order_relaxed);
  uint64_t ahead = 0;
  do {
    ahead = Ahead(due, at, burst);
    if (ahead + cost > burst) return false;
  } while (!bucket.due.compare_exchange_weak(due, at + ahead + cost, std::memory_order_relaxed));
  return true;
}

}  // namespace picket
