// SPDX-License-Identifier: Apache-2.0
// Whatever the text, the ipset save importer gives a sound list, whose entries printed as ipset save come back. Adds
// are tried alone and after sets of every type.
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/feed.h"
#include "tests/fuzz/feed_check.h"

namespace {

using picket::Family;
using picket::Feed;
using picket::FeedFormat;

const std::string kSets =
    "create a hash:ip\ncreate b hash:net timeout 9\ncreate c hash:ip family inet6 netmask 64\n"
    "create d hash:net,port family inet6\ncreate e hash:ip,port\n";

std::string Print(const Feed& feed) {
  std::string text =
      "create 4 hash:net\ncreate p4 hash:net,port\ncreate 6 hash:net family inet6\n"
      "create p6 hash:net,port family inet6\n";
  for (const picket::FeedEntry& entry : feed.entries) {
    const std::string family = entry.prefix.family() == Family::kIpv4 ? "4" : "6";
    std::string scope = entry.scope.IsEmpty() ? "" : ToString(entry.scope);
    const size_t slash = scope.find('/');
    if (slash != std::string::npos) scope[slash] = ':';
    if (slash == std::string::npos && !scope.empty()) scope += ":0";
    text += "add " + (scope.empty() ? family : "p" + family) + " " + ToString(entry.prefix);
    text += (scope.empty() ? "" : "," + scope) + " timeout " + std::to_string(entry.timeout_s);
    text += entry.except ? " nomatch\n" : "\n";
  }
  return text;
}

void Try(const std::string& text) {
  const auto feed = picket::ParseFeed(text, FeedFormat::kIpsetSave);
  picket::Require(feed.ok(), "refused");
  picket::RequireSound(*feed, text);
  picket::RequireSameEntries(*feed, *picket::ParseFeed(Print(*feed)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Try(text);
  Try(kSets + text);
  return 0;
}
