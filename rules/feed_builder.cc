// SPDX-License-Identifier: Apache-2.0
#include "rules/feed_builder.h"

#include <cassert>
#include <utility>

#include "absl/hash/hash.h"

namespace picket {

size_t FeedBuilder::KeyHash::operator()(uint32_t at) const {
  return absl::HashOf((*entries)[at].prefix, (*entries)[at].scope);
}

bool FeedBuilder::KeyEqual::operator()(uint32_t a, uint32_t b) const {
  return (*entries)[a].prefix == (*entries)[b].prefix && (*entries)[a].scope == (*entries)[b].scope;
}

FeedBuilder::FeedBuilder(FeedFormat format, size_t entries_max)
    : entries_max_(entries_max), index_(0, KeyHash{&feed_.entries}, KeyEqual{&feed_.entries}) {
  static_assert(kFeedEntriesMax < UINT32_MAX);
  assert(entries_max <= kFeedEntriesMax);
  feed_.format = format;
}

void FeedBuilder::Add(const ListedAddresses& addresses, FeedEntry entry) {
  if (addresses.host_bits_cleared) ++feed_.host_bits_cleared;
  AddressRange rest = addresses.range;
  for (;;) {
    entry.prefix = rest.FirstBlock();
    const Address end = RangeOf(entry.prefix).last;
    if (end == rest.last) break;
    AddOne(entry);
    rest.first = Next(end);
  }
  AddOne(std::move(entry));
}

void FeedBuilder::AddOne(FeedEntry entry) {
  std::vector<FeedEntry>& entries = feed_.entries;
  entries.push_back(std::move(entry));
  const auto [known, is_new] = index_.insert(static_cast<uint32_t>(entries.size() - 1));
  if (!is_new) {
    ++feed_.duplicates;
    entries[*known].except = entries.back().except;
    entries[*known].timeout_s = entries.back().timeout_s;
    entries.pop_back();
  } else if (entries.size() > entries_max_) {
    overflowed_ = true;
    index_.erase(known);
    entries.pop_back();
  }
}

void FeedBuilder::Reject(std::string reason) {
  ++feed_.rejected_lines;
  if (feed_.rejected.size() < kFeedRejectsKept) feed_.rejected.push_back({feed_.lines, std::move(reason)});
}

}  // namespace picket
