// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "dataplane/address.h"
#include "dataplane/scope.h"

namespace picket {

// The list formats that are read. Detection looks at the text, never at the file's name.
//   plain       one address, CIDR block or address range a line; `#`, `;` and `//` start comments
//   firehol     the same with FireHOL's `# ipv4 hash:net ipset` head (.ipset, .netset)
//   ipset_save  the output of `ipset save` (ipset(8)): `create NAME TYPE ...` and `add NAME ENTRY ...`
enum class FeedFormat : uint8_t { kPlain, kFirehol, kIpsetSave };
std::string_view Name(FeedFormat format);
std::optional<FeedFormat> FeedFormatFromName(std::string_view name);

inline constexpr size_t kFeedLineBytesMax = 4096;
inline constexpr size_t kFeedEntriesMax = 32'000'000;
inline constexpr uint64_t kFeedBytesMax = uint64_t{2} << 30;
inline constexpr size_t kFeedRejectsKept = 1000;

// One accepted line (a range may need several).
//   except     ipset's `nomatch`: an exception inside the list, not a listing
//   timeout_s  ipset's `timeout`, seconds; 0: none
struct FeedEntry {
  Prefix prefix;
  Scope scope;
  bool except = false;
  uint32_t timeout_s = 0;
};

struct FeedReject {
  uint64_t line = 0;  // from 1
  std::string reason;
};

// What a list says.
//   shapes  `entries` are distinct by (prefix, scope), in the order of their first line; a repeated key is counted in
//           `duplicates` and the later line's timeout and exception hold. `rejected` keeps the first kFeedRejectsKept.
struct Feed {
  FeedFormat format = FeedFormat::kPlain;
  uint64_t lines = 0;  // all lines, comments and blanks too
  uint64_t duplicates = 0;
  uint64_t host_bits_cleared = 0;  // accepted, but with bits set after the prefix length
  uint64_t rejected_lines = 0;
  std::vector<FeedReject> rejected;
  std::vector<FeedEntry> entries;
};

// Parses a whole list. A bad line is rejected with its number and reason and never stops the others.
//   errors  kResourceExhausted  more than kFeedEntriesMax entries or kFeedBytesMax bytes; nothing is returned
absl::StatusOr<Feed> ParseFeed(std::string_view text, std::optional<FeedFormat> format = std::nullopt);

// Reads and parses a file.
//   errors  kNotFound, kPermissionDenied, kUnavailable  the file cannot be read; the message names it and the cause
//           kInvalidArgument    it is no regular file
//           and those of ParseFeed
absl::StatusOr<Feed> ReadFeed(const std::string& path, std::optional<FeedFormat> format = std::nullopt);

// How many entries are hosts and prefixes of each family, and how many carry a scope.
struct FeedCounts {
  uint64_t ipv4_hosts = 0;
  uint64_t ipv4_prefixes = 0;
  uint64_t ipv6_hosts = 0;
  uint64_t ipv6_prefixes = 0;
  uint64_t scoped = 0;
};
FeedCounts Count(const Feed& feed);

}  // namespace picket
