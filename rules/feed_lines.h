// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/feed.h"

namespace picket {

inline constexpr size_t kFeedHeadLinesMax = 100;

// The format of `text`: ipset_save if its first line that is neither blank nor comment is a `create` or `add`; firehol
// if `ipv4 hash:` or `ipv6 hash:` stands in one of the first kFeedHeadLinesMax comment lines before it; else plain.
FeedFormat DetectFeedFormat(std::string_view text);

// Takes the first line off `rest`, which is not empty, without its line end (LF or CR LF).
std::string_view TakeLine(std::string_view& rest);

// ParseFeed with a bound of one's own: entries_max <= kFeedEntriesMax.
absl::StatusOr<Feed> ParseFeedLines(std::string_view text, FeedFormat format, size_t entries_max);

}  // namespace picket
