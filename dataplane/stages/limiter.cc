// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/limiter.h"

#include <cassert>

namespace picket {
namespace {

constexpr uint8_t kIpv6SubnetLength = 64;

uint8_t KeyLength(RateKey key, const Decision& decision, Family family) {
  if (key == RateKey::kPrefix) return decision.length;
  if (key == RateKey::kSubnet64 && family == Family::kIpv6) return kIpv6SubnetLength;
  return AddressBits(family);
}

}  // namespace

std::vector<Meter> MetersOf(std::span<const RateClass> rate_classes) {
  std::vector<Meter> meters;
  for (const RateClass& c : rate_classes) meters.push_back({c.unit, c.key, Gcra(c.rate_per_s, c.burst)});
  return meters;
}

void Limit(Batch& batch, std::span<const Meter> meters, const Limiters& limiters, Tick now) {
  for (const uint32_t slot : batch.Live()) {
    const Decision& decision = batch.decision[slot];
    if (decision.verdict != Verdict::kLimit) [[likely]]
      continue;
    assert(decision.rate_class < meters.size());
    const Meter& meter = meters[decision.rate_class];
    const Address outside = batch.Outside(slot);
    const LimiterKey key{Prefix::Of(outside, KeyLength(meter.key, decision, outside.family)), decision.rate_class};
    const uint64_t units = meter.unit == RateUnit::kPackets ? 1 : batch.packet[slot].wire_bytes;
    const bool conforms = meter.key == RateKey::kPrefix
                              ? limiters.shared.Charge(key, meter.rate, units, now, &limiters.shared_evicted)
                              : limiters.own.Charge(key, meter.rate, units, now);
    if (!conforms) batch.Settle(slot, Verdict::kLimit, Reason::kReputationLimit);
  }
}

}  // namespace picket
