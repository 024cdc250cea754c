// SPDX-License-Identifier: Apache-2.0
#include "rules/feed_lines.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/feed_builder.h"
#include "rules/ipset_save.h"
#include "rules/plain_list.h"

namespace picket {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

void SkipByteOrderMark(std::string_view& text) {
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
}

bool IsComment(std::string_view word) {
  return word.substr(0, 1) == "#" || word.substr(0, 1) == ";" || word.substr(0, 2) == "//";
}

bool IsFireholHead(std::string_view line) {
  return line.find("ipv4 hash:") != std::string_view::npos || line.find("ipv6 hash:") != std::string_view::npos;
}

// Why the line cannot be read at all; empty if it can.
std::string UnreadableReason(std::string_view line) {
  if (line.size() > kFeedLineBytesMax) {
    return absl::StrCat("the line has ", line.size(), " bytes, at most ", kFeedLineBytesMax, " are read");
  }
  const size_t nul = line.find('\0');
  if (nul == std::string_view::npos) return "";
  return absl::StrCat("NUL byte in column ", nul + 1, ": a list is UTF-8 or ASCII text");
}

}  // namespace

std::string_view TakeLine(std::string_view& rest) {
  std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

FeedFormat DetectFeedFormat(std::string_view text) {
  SkipByteOrderMark(text);
  bool firehol_head = false;
  for (size_t head_lines = 0; !text.empty();) {
    const std::string_view line = TakeLine(text);
    std::string_view rest = line;
    std::string_view word = TakeWord(rest);
    if (word.empty()) continue;
    if (!IsComment(word)) {
      while (IsExistOption(word)) word = TakeWord(rest);
      if ((word == "create" || word == "add") && !TakeWord(rest).empty()) return FeedFormat::kIpsetSave;
      break;
    }
    if (++head_lines <= kFeedHeadLinesMax && IsFireholHead(line)) firehol_head = true;
  }
  return firehol_head ? FeedFormat::kFirehol : FeedFormat::kPlain;
}

absl::StatusOr<Feed> ParseFeedLines(std::string_view text, FeedFormat format, size_t entries_max) {
  SkipByteOrderMark(text);
  FeedBuilder feed(format, entries_max);
  IpsetSaveParser ipset_save;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    feed.StartLine();
    if (std::string reason = UnreadableReason(line); !reason.empty()) {
      feed.Reject(std::move(reason));
    } else if (format == FeedFormat::kIpsetSave) {
      ipset_save.ParseLine(line, feed);
    } else {
      ParsePlainLine(line, feed);
    }
    if (feed.overflowed()) {
      return absl::ResourceExhaustedError(absl::StrCat("line ", feed.lines(), ": the list has more than ", entries_max,
                                                       " entries: split or shorten it"));
    }
  }
  return feed.Take();
}

}  // namespace picket
