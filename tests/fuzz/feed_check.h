// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "rules/feed.h"

// What holds for every list, for the importers' fuzzers.
namespace picket {

inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

inline uint64_t LinesOf(std::string_view text) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  const auto ends = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  return text.empty() || text.back() == '\n' ? ends : ends + 1;
}

inline void RequireRejectsSound(const Feed& feed) {
  Require(feed.rejected_lines <= feed.lines, "more rejected lines than lines");
  Require(feed.rejected.size() == std::min<uint64_t>(feed.rejected_lines, kFeedRejectsKept), "rejects not kept");
  uint64_t last = 0;
  for (const FeedReject& reject : feed.rejected) {
    Require(reject.line > last && reject.line <= feed.lines, "rejects out of order");
    last = reject.line;
    Require(!reject.reason.empty() && reject.reason.size() < 1000, "reason empty or long");
    Require(std::all_of(reject.reason.begin(), reject.reason.end(), [](char c) { return c >= ' ' && c <= '~'; }),
            "reason not clean");
  }
}

inline void RequireSound(const Feed& feed, std::string_view text) {
  Require(feed.lines == LinesOf(text), "lines miscounted");
  RequireRejectsSound(feed);
  std::set<std::pair<Prefix, Scope>> keys;
  for (const FeedEntry& entry : feed.entries) {
    Require(entry.prefix.length >= 1, "covers everything");
    Require(entry.prefix == Prefix::Of(entry.prefix.address, entry.prefix.length), "host bits left");
    Require(keys.emplace(entry.prefix, entry.scope).second, "key twice");
    Require(entry.scope.ports.size() <= 1, "more than one port range");
    const bool has_ports = entry.scope.protocol == kProtocolTcp || entry.scope.protocol == kProtocolUdp;
    Require(entry.scope.IsEmpty() || has_ports == !entry.scope.ports.empty(), "ports");
  }
  const FeedCounts counts = Count(feed);
  Require(counts.ipv4_hosts + counts.ipv4_prefixes + counts.ipv6_hosts + counts.ipv6_prefixes == feed.entries.size(),
          "counts");
}

// `again` was parsed from what `feed` prints.
inline void RequireSameEntries(const Feed& feed, const Feed& again) {
  Require(again.rejected_lines == 0 && again.duplicates == 0 && again.host_bits_cleared == 0, "not clean");
  Require(again.entries.size() == feed.entries.size(), "not as many entries");
  for (size_t i = 0; i < feed.entries.size(); ++i) {
    const FeedEntry& a = feed.entries[i];
    const FeedEntry& b = again.entries[i];
    Require(a.prefix == b.prefix && a.scope == b.scope && a.except == b.except && a.timeout_s == b.timeout_s,
            "another entry");
  }
}

}  // namespace picket
