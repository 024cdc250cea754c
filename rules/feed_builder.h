// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "rules/feed.h"
#include "rules/listed_address.h"

namespace picket {

// Fills a Feed line by line: counts, merges repeated keys, bounds what is kept of the rejected lines.
class FeedBuilder {
 public:
  // entries_max <= kFeedEntriesMax
  FeedBuilder(FeedFormat format, size_t entries_max);
  FeedBuilder(const FeedBuilder&) = delete;
  FeedBuilder& operator=(const FeedBuilder&) = delete;

  void StartLine() { ++feed_.lines; }
  // The line says `entry` about each of `addresses`; the prefix in `entry` is not read.
  void Add(const ListedAddresses& addresses, FeedEntry entry = {});
  // The line is rejected; at most once a line.
  void Reject(std::string reason);

  // An entry beyond entries_max was added, and left out.
  bool overflowed() const { return overflowed_; }
  uint64_t lines() const { return feed_.lines; }
  // Ends the building.
  Feed Take() { return std::move(feed_); }

 private:
  // The keys live in `entries` alone: the index holds positions, which halves the memory of a large list.
  struct KeyHash {
    const std::vector<FeedEntry>* entries;
    size_t operator()(uint32_t at) const;
  };
  struct KeyEqual {
    const std::vector<FeedEntry>* entries;
    bool operator()(uint32_t a, uint32_t b) const;
  };

  void AddOne(FeedEntry entry);

  size_t entries_max_;
  bool overflowed_ = false;
  Feed feed_;
  absl::flat_hash_set<uint32_t, KeyHash, KeyEqual> index_;
};

}  // namespace picket
