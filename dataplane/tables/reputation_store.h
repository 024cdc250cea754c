// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/tables/reputation_table.h"

namespace picket {

// What identifies an entry within its source.
struct EntryKey {
  Prefix prefix;
  Scope scope;
  friend bool operator==(const EntryKey&, const EntryKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const EntryKey& k) {
    return H::combine(std::move(h), k.prefix, k.scope);
  }
};

// Who owns entries: a feed, an operator, the config's lists.
struct Source {
  std::string name;
  Tier tier = Tier::kFeed;
};

// What a change did to its source's set.
struct ApplyCounts {
  uint64_t added = 0;
  uint64_t updated = 0;
  uint64_t removed = 0;
  uint64_t unchanged = 0;
  friend bool operator==(const ApplyCounts&, const ApplyCounts&) = default;
};

inline constexpr size_t kSourcesMax = 4096;
inline constexpr uint64_t kEntriesMax = 100'000'000;

// The full record of every source's entries: the truth that tables are built from. One thread writes; nothing here is
// seen by a worker until Build()'s result is published.
//   Each change applies whole or not at all. Adding a key again updates it; removing an absent one succeeds. A key may
//   be owned by several sources, each with its own verdict and expiry.
class ReputationStore {
 public:
  // `rate_classes`: how many the policy has; entries may refer to no other. `entries_max` bounds all sources together.
  explicit ReputationStore(size_t rate_classes, uint64_t entries_max = kEntriesMax)
      : rate_classes_(rate_classes), entries_max_(entries_max) {}

  // errors  kResourceExhausted  kSourcesMax reached;  kAlreadyExists  the name is taken by another tier
  absl::StatusOr<SourceId> AddSource(const std::string& name, Tier tier);

  // Removes first, then adds; the last of equal keys holds.
  // errors  kInvalidArgument  an entry breaks its shapes; the message has its index and prefix
  //         kResourceExhausted  entries_max would be exceeded
  absl::StatusOr<ApplyCounts> Apply(SourceId source, std::span<const Entry> upserts,
                                    std::span<const EntryKey> removals);
  // The source's whole set becomes `entries`; the last of equal keys holds.
  absl::StatusOr<ApplyCounts> Replace(SourceId source, std::span<const Entry> entries);

  // Removes what expired at or before `now`; lookups ignore it from that tick on anyway. Returns how many.
  uint64_t Expire(Tick now);

  // A picture of all sources. Generations count from 1.
  std::unique_ptr<const ReputationTable> Build();

  const Source& source(SourceId id) const { return sources_[id].source; }
  uint64_t size() const { return size_; }

 private:
  using Entries = absl::flat_hash_map<EntryKey, Entry>;
  struct Owned {
    Source source;
    Entries entries;
  };
  absl::Status Check(std::span<const Entry> entries) const;
  // size() as it would be after Apply().
  uint64_t SizeAfter(SourceId source, std::span<const Entry> upserts, std::span<const EntryKey> removals) const;

  size_t rate_classes_;
  uint64_t entries_max_;
  uint64_t size_ = 0;
  uint64_t generation_ = 0;
  std::vector<Owned> sources_;
};

}  // namespace picket
