// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "rules/feed_builder.h"
#include "rules/ipset_set.h"

namespace picket {

// ipset's own limits.
inline constexpr size_t kIpsetSetsMax = 65534;
inline constexpr size_t kIpsetNameBytesMax = 31;

// Reads `ipset save`, one line after the other.
//   shapes  `create NAME TYPE [OPTION...]` comes before the `add NAME ENTRY [OPTION...]` lines of its set. The types
//           hash:ip, hash:net, hash:ip,port and hash:net,port are read, the lines of other sets are rejected. A line
//           that starts with `#` is a comment, `COMMIT` is ignored, other commands (flush, swap, ...) are rejected.
//   source  ipset(8); spellings as ipset 7.17 prints them
class IpsetSaveParser {
 public:
  void ParseLine(std::string_view line, FeedBuilder& feed);

 private:
  void Create(std::string_view arguments, FeedBuilder& feed);
  void Add(std::string_view arguments, FeedBuilder& feed);

  absl::flat_hash_map<std::string, IpsetSet> sets_;
};

}  // namespace picket
