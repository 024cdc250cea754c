// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/reputation_store.h"

#include <cassert>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_format.h"

namespace picket {
namespace {

constexpr uint8_t kScoreMax = 100;

std::string ScopeFlaw(const Scope& scope) {
  const std::vector<PortRange>& ports = scope.ports;
  if (ports.empty()) return "";
  if (scope.protocol != kProtocolTcp && scope.protocol != kProtocolUdp) return "ports need the protocol tcp or udp";
  if (ports.size() > kPortRangesMax) return "too many port ranges";
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].first > ports[i].last) return "a port range ends before it begins";
    if (i > 0 && ports[i].first <= ports[i - 1].last) return "port ranges out of order or overlapping";
  }
  return "";
}

// Why `entry` cannot be stored; empty: it can.
std::string Flaw(const Entry& entry, size_t rate_classes) {
  const Prefix& prefix = entry.prefix;
  if (prefix.length > AddressBits(prefix.family())) return "prefix length beyond the address";
  const bool beyond_ipv4 = prefix.address.high != 0 || prefix.address.low > UINT32_MAX;
  if (prefix.family() == Family::kIpv4 && beyond_ipv4) return "more than 32 bits in an IPv4 address";
  if (prefix != Prefix::Of(prefix.address, prefix.length)) return "bits set after the prefix length";
  if (entry.score > kScoreMax) return "score above 100";
  const bool limits = entry.verdict == Verdict::kLimit;
  if (limits && entry.rate_class >= rate_classes) return "verdict limit without a known rate class";
  if (!limits && entry.rate_class != kNoRateClass) return "a rate class needs the verdict limit";
  return ScopeFlaw(entry.scope);
}

}  // namespace

absl::StatusOr<SourceId> ReputationStore::AddSource(const std::string& name, Tier tier) {
  for (size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].source.name != name) continue;
    if (sources_[i].source.tier == tier) return static_cast<SourceId>(i);
    return absl::AlreadyExistsError(absl::StrFormat("source %s exists in another tier", name));
  }
  if (sources_.size() == kSourcesMax) {
    return absl::ResourceExhaustedError(absl::StrFormat("more than %d sources", kSourcesMax));
  }
  sources_.push_back({{name, tier}, {}});
  return static_cast<SourceId>(sources_.size() - 1);
}

absl::Status ReputationStore::Check(std::span<const Entry> entries) const {
  for (size_t i = 0; i < entries.size(); ++i) {
    const std::string flaw = Flaw(entries[i], rate_classes_);
    if (!flaw.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat("entry %d (%s): %s", i, ToString(entries[i].prefix), flaw));
    }
  }
  return absl::OkStatus();
}

uint64_t ReputationStore::SizeAfter(SourceId source, std::span<const Entry> upserts,
                                    std::span<const EntryKey> removals) const {
  const Entries& entries = sources_[source].entries;
  absl::flat_hash_set<EntryKey> removed;
  absl::flat_hash_set<EntryKey> added;
  for (const EntryKey& key : removals) {
    if (entries.contains(key)) removed.insert(key);
  }
  for (const Entry& e : upserts) {
    const EntryKey key{e.prefix, e.scope};
    if (!entries.contains(key) || removed.contains(key)) added.insert(key);
  }
  return size_ - removed.size() + added.size();
}

absl::StatusOr<ApplyCounts> ReputationStore::Apply(SourceId source, std::span<const Entry> upserts,
                                                   std::span<const EntryKey> removals) {
  assert(source < sources_.size());
  if (absl::Status checked = Check(upserts); !checked.ok()) return checked;
  if (size_ + upserts.size() > entries_max_ && SizeAfter(source, upserts, removals) > entries_max_) {
    return absl::ResourceExhaustedError(absl::StrFormat("more than %d entries", entries_max_));
  }
  Entries& entries = sources_[source].entries;
  ApplyCounts counts;
  for (const EntryKey& key : removals) counts.removed += entries.erase(key);
  for (const Entry& e : upserts) {
    const auto [at, inserted] = entries.try_emplace({e.prefix, e.scope}, e);
    if (inserted) {
      ++counts.added;
    } else if (at->second == e) {
      ++counts.unchanged;
    } else {
      at->second = e;
      ++counts.updated;
    }
  }
  size_ += counts.added - counts.removed;
  return counts;
}

absl::StatusOr<ApplyCounts> ReputationStore::Replace(SourceId source, std::span<const Entry> entries) {
  assert(source < sources_.size());
  if (absl::Status checked = Check(entries); !checked.ok()) return checked;
  Entries& old = sources_[source].entries;
  Entries fresh;
  fresh.reserve(entries.size());
  for (const Entry& e : entries) fresh.insert_or_assign(EntryKey{e.prefix, e.scope}, e);
  if (size_ - old.size() + fresh.size() > entries_max_) {
    return absl::ResourceExhaustedError(absl::StrFormat("more than %d entries", entries_max_));
  }
  ApplyCounts counts;
  for (const auto& [key, entry] : fresh) {
    const auto before = old.find(key);
    if (before == old.end()) {
      ++counts.added;
    } else {
      ++(before->second == entry ? counts.unchanged : counts.updated);
    }
  }
  counts.removed = old.size() - counts.updated - counts.unchanged;
  size_ += fresh.size() - old.size();
  old = std::move(fresh);
  return counts;
}

uint64_t ReputationStore::Expire(Tick now) {
  uint64_t expired = 0;
  for (Owned& owned : sources_) {
    expired += absl::erase_if(owned.entries, [now](const auto& item) { return item.second.expiry <= now; });
  }
  size_ -= expired;
  return expired;
}

std::unique_ptr<const ReputationTable> ReputationStore::Build() {
  std::vector<Listing> listings;
  listings.reserve(size_);
  for (size_t i = 0; i < sources_.size(); ++i) {
    for (const auto& [key, entry] : sources_[i].entries) {
      listings.push_back({entry, sources_[i].source.tier, static_cast<SourceId>(i)});
    }
  }
  return std::make_unique<const ReputationTable>(listings, ++generation_);
}

}  // namespace picket
