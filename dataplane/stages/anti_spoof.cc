// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/anti_spoof.h"

#include <vector>

namespace picket {
namespace {

std::vector<Prefix> WithEverywhereExempt(std::vector<Prefix> prefixes) {
  prefixes.push_back(Prefix::Of(Address::V4(0xa9fe'0000), 16));                // 169.254.0.0/16, RFC 3927
  prefixes.push_back(Prefix::Of(Address::V6(uint64_t{0xfe80} << 48, 0), 10));  // fe80::/10, RFC 4291
  prefixes.push_back(Prefix::Host(Address::V4(0)));
  prefixes.push_back(Prefix::Host(Address::V6(0, 0)));
  return prefixes;
}

bool IsSpoofed(const Batch& batch, uint32_t slot, const AntiSpoofRules& rules) {
  const Address source = batch.headers[slot].Source();
  const bool from_protected = rules.protected_prefixes.Covers(source);
  if (batch.direction[slot] == Direction::kInward) return from_protected;
  return !from_protected && rules.protected_prefixes.Has(source.family) && !rules.exempt.Covers(source);
}

bool IsRefusedFragment(const Batch& batch, uint32_t slot) {
  const Headers& headers = batch.headers[slot];
  return headers.proved != Proved::kNothing && headers.is_fragment && Drops(batch.verdict[slot]);
}

}  // namespace

AntiSpoofRules::AntiSpoofRules(const AntiSpoofPolicy& policy)
    : verdict(policy.verdict),
      on(policy.verdict != Verdict::kPass && !policy.protected_prefixes.empty()),
      protected_prefixes(policy.protected_prefixes),
      exempt(WithEverywhereExempt(policy.exempt)) {}

uint32_t RefuseSpoofed(Batch& batch, const AntiSpoofRules& rules) {
  uint32_t refused = 0;
  if (!rules.on) return refused;
  const uint32_t settled = batch.All().mask() & ~batch.live;
  for (const uint32_t slot : batch.Live()) {
    if (!IsSpoofed(batch, slot, rules)) [[likely]]
      continue;
    const Reason reason =
        batch.direction[slot] == Direction::kInward ? Reason::kSpoofedInside : Reason::kSpoofedOutside;
    if (rules.verdict == Verdict::kDrop) {
      batch.Settle(slot, Verdict::kDrop, reason);
      refused |= 1U << slot;
    } else if (batch.verdict[slot] < rules.verdict) {
      batch.Note(slot, rules.verdict, reason);
    }
  }
  if (rules.verdict != Verdict::kDrop) return refused;
  for (const uint32_t slot : SlotRange(settled)) {
    if (IsRefusedFragment(batch, slot) && IsSpoofed(batch, slot, rules)) refused |= 1U << slot;
  }
  return refused;
}

}  // namespace picket
