// SPDX-License-Identifier: Apache-2.0
#include "rules/plain_list.h"

#include <algorithm>
#include <string>

namespace picket {
namespace {

std::string_view WithoutComment(std::string_view line) {
  line = line.substr(0, line.find_first_of("#;"));
  for (size_t at = line.find("//"); at != std::string_view::npos; at = line.find("//", at + 1)) {
    if (at == 0 || IsBlank(line[at - 1])) return line.substr(0, at);
  }
  return line;
}

void SkipBlanks(std::string_view& rest) { rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size())); }

// Takes what is left of the line's address part off `rest`.
absl::StatusOr<ListedAddresses> TakeAddresses(std::string_view& rest) {
  const std::string_view first = rest.substr(0, rest.find_first_of(" \t-"));
  rest.remove_prefix(first.size());
  SkipBlanks(rest);
  if (rest.empty() || rest.front() != '-') return ParseBlock(first);
  rest.remove_prefix(1);
  return ParseRange(first, TakeWord(rest));
}

}  // namespace

void ParsePlainLine(std::string_view line, FeedBuilder& feed) {
  std::string_view rest = WithoutComment(line);
  SkipBlanks(rest);
  if (rest.empty()) return;
  const absl::StatusOr<ListedAddresses> addresses = TakeAddresses(rest);
  if (!addresses.ok()) return feed.Reject(std::string(addresses.status().message()));
  for (std::string_view column = TakeWord(rest); !column.empty(); column = TakeWord(rest)) {
    if (!std::all_of(column.begin(), column.end(), IsDigit)) {
      return feed.Reject("unexpected text after the address: " + QuotedPart(column));
    }
  }
  feed.Add(*addresses);
}

}  // namespace picket
