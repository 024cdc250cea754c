// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/limiter_table.h"

#include <bit>
#include <cassert>

namespace picket {

LimiterTable::LimiterTable(uint32_t buckets, HashKey key) : key_(key), sets_(buckets / kWays) {
  assert(std::has_single_bit(buckets) && buckets >= kWays);
}

LimiterTable::Bucket& LimiterTable::FindOrClaim(const LimiterKey& key, Tick now) {
  const Address& address = key.prefix.address;
  const uint8_t length = key.prefix.length;
  SipHash13 hash(key_);
  hash.Add(address.high);
  hash.Add(address.low);
  hash.Add(uint64_t{key.rate_class} << 16 | uint64_t{length} << 8 | static_cast<uint64_t>(address.family));
  Set& set = sets_[hash.Finish() & (sets_.size() - 1)];
  Bucket* earliest = &set.bucket[0];
  for (Bucket& b : set.bucket) {
    if (b.low == address.low && b.high == address.high && b.rate_class == key.rate_class && b.length == length &&
        b.family == address.family) {
      return b;
    }
    if (b.due_ns < earliest->due_ns) earliest = &b;
  }
  if (earliest->due_ns > now.ns) ++evicted_;
  *earliest = {address.high, address.low, 0, 0, key.rate_class, length, address.family};
  return *earliest;
}

bool LimiterTable::Charge(const LimiterKey& key, const Gcra& rate, uint64_t units, Tick now) {
  Bucket& bucket = FindOrClaim(key, now);
  ArrivalTime due{bucket.due_ns, bucket.due_fraction};
  const bool conforms = rate.Conforms(due, units, now);
  bucket.due_ns = due.ns;
  bucket.due_fraction = due.fraction;
  return conforms;
}

}  // namespace picket
