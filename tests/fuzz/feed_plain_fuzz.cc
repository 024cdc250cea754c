// SPDX-License-Identifier: Apache-2.0
// Whatever the text, the plain and FireHOL importer gives a sound list, whose entries printed as a list come back.
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/feed.h"
#include "tests/fuzz/feed_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using picket::FeedFormat;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto feed = picket::ParseFeed(text, FeedFormat::kPlain);
  picket::Require(feed.ok(), "refused");
  picket::RequireSound(*feed, text);
  std::string printed;
  for (const picket::FeedEntry& entry : feed->entries) {
    picket::Require(entry.scope.IsEmpty() && !entry.except && entry.timeout_s == 0, "more than an address");
    printed += ToString(entry.prefix) + "\n";
  }
  picket::RequireSameEntries(*feed, *picket::ParseFeed(printed, FeedFormat::kPlain));
  picket::RequireSameEntries(*feed, *picket::ParseFeed("# ipv4 hash:net ipset\n" + printed));
  picket::RequireSound(*picket::ParseFeed(text), text);
  return 0;
}
