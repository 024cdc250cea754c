// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feed.h"

// Lists and what they say, as text that tests can compare.
namespace picket {

inline Feed Parsed(std::string_view text, std::optional<FeedFormat> format = std::nullopt) {
  absl::StatusOr<Feed> feed = ParseFeed(text, format);
  REQUIRE(feed.ok());
  return *std::move(feed);
}

// `PREFIX[ SCOPE][ nomatch][ timeout N]`
inline std::string Text(const FeedEntry& entry) {
  std::string text = ToString(entry.prefix);
  if (!entry.scope.IsEmpty()) text += " " + ToString(entry.scope);
  if (entry.except) text += " nomatch";
  if (entry.timeout_s != 0) text += " timeout " + std::to_string(entry.timeout_s);
  return text;
}

using Texts = std::vector<std::string>;

inline Texts EntryTexts(const Feed& feed) {
  Texts texts;
  for (const FeedEntry& entry : feed.entries) texts.push_back(Text(entry));
  return texts;
}

// `LINE: REASON`
inline Texts RejectTexts(const Feed& feed) {
  Texts texts;
  for (const FeedReject& reject : feed.rejected) texts.push_back(std::to_string(reject.line) + ": " + reject.reason);
  return texts;
}

}  // namespace picket
