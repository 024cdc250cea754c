// SPDX-License-Identifier: Apache-2.0
#include "rules/feed.h"

#include <catch2/catch.hpp>
#include <string>

#include "rules/feed_lines.h"
#include "tests/rules/feed_text.h"

namespace picket {
namespace {

TEST_CASE("list formats have names", "[feed]") {
  for (const FeedFormat format : {FeedFormat::kPlain, FeedFormat::kFirehol, FeedFormat::kIpsetSave}) {
    CHECK(FeedFormatFromName(Name(format)) == format);
  }
  CHECK(Name(FeedFormat::kIpsetSave) == "ipset_save");
  CHECK_FALSE(FeedFormatFromName("Plain"));
  CHECK_FALSE(FeedFormatFromName(""));
}

TEST_CASE("the format of a list is seen in its text", "[feed]") {
  const std::string firehol = "#\n# x\n#\n# ipv4 hash:net ipset\n#\n";
  CHECK(DetectFeedFormat("") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat("192.0.2.1\n") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat("# a list\n192.0.2.1\n") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat(firehol) == FeedFormat::kFirehol);
  CHECK(DetectFeedFormat("# ipv6 hash:ip ipset\n2001:db8::1\n") == FeedFormat::kFirehol);
  CHECK(DetectFeedFormat("192.0.2.1\n# ipv4 hash:ip ipset\n") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat("create s hash:ip\n") == FeedFormat::kIpsetSave);
  CHECK(DetectFeedFormat("\xef\xbb\xbf"
                         "create s hash:ip\r\n") == FeedFormat::kIpsetSave);
  CHECK(DetectFeedFormat("\n# c\n; c\n// c\n  \tadd\ts 192.0.2.1\n") == FeedFormat::kIpsetSave);
  CHECK(DetectFeedFormat("-exist -! add s 192.0.2.1\n") == FeedFormat::kIpsetSave);
  CHECK(DetectFeedFormat(firehol + "create s hash:ip\n") == FeedFormat::kIpsetSave);
  CHECK(DetectFeedFormat("creates s hash:ip\n") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat("create\n") == FeedFormat::kPlain);
  CHECK(DetectFeedFormat("192.0.2.1\ncreate s hash:ip\n") == FeedFormat::kPlain);
}

TEST_CASE("a FireHOL head counts within the first kFeedHeadLinesMax comment lines", "[feed]") {
  std::string comments;
  for (size_t i = 1; i < kFeedHeadLinesMax; ++i) comments += "#\n\n";
  CHECK(DetectFeedFormat(comments + "# ipv4 hash:ip ipset\n") == FeedFormat::kFirehol);
  CHECK(DetectFeedFormat(comments + "#\n# ipv4 hash:ip ipset\n") == FeedFormat::kPlain);
}

TEST_CASE("a list is read as detected unless a format is given", "[feed]") {
  const std::string text = "create s hash:ip\nadd s 192.0.2.1\n192.0.2.2\n";
  const Feed detected = Parsed(text);
  CHECK(detected.format == FeedFormat::kIpsetSave);
  CHECK(EntryTexts(detected) == Texts{"192.0.2.1"});
  const Feed given = Parsed(text, FeedFormat::kPlain);
  CHECK(given.format == FeedFormat::kPlain);
  CHECK(EntryTexts(given) == Texts{"192.0.2.2"});
  CHECK(given.rejected_lines == 2);
}

TEST_CASE("a FireHOL list reads as its addresses", "[feed]") {
  const Feed feed = Parsed("#\n# level\n#\n# ipv4 hash:net ipset\n#\n0.0.0.0/8\n192.0.2.1\n224.0.0.0/3\n");
  CHECK(feed.format == FeedFormat::kFirehol);
  CHECK(feed.lines == 8);
  CHECK(feed.rejected_lines == 0);
  CHECK(EntryTexts(feed) == Texts{"0.0.0.0/8", "192.0.2.1", "224.0.0.0/3"});
}

TEST_CASE("an empty list is a list without entries", "[feed]") {
  const auto* const text = GENERATE("", "\xef\xbb\xbf", "# nothing today\n", "\n\n");
  const Feed feed = Parsed(text);
  CHECK(feed.entries.empty());
  CHECK(feed.rejected_lines == 0);
}

TEST_CASE("lines are counted from 1 whatever ends them", "[feed]") {
  CHECK(Parsed("").lines == 0);
  CHECK(Parsed("192.0.2.1").lines == 1);
  CHECK(Parsed("192.0.2.1\n").lines == 1);
  CHECK(Parsed("192.0.2.1\n\n").lines == 2);
  CHECK(Parsed("\r\n\r\n").lines == 2);
  const Feed feed = Parsed(
      "\xef\xbb\xbf"
      "192.0.2.1\r\n# c\r\n\r\nbad\r\n192.0.2.2");
  CHECK(feed.lines == 5);
  CHECK(EntryTexts(feed) == Texts{"192.0.2.1", "192.0.2.2"});
  REQUIRE(feed.rejected.size() == 1);
  CHECK(feed.rejected[0].line == 4);
}

TEST_CASE("a byte order mark counts only at the start", "[feed]") {
  const Feed feed = Parsed(
      "192.0.2.1\n\xef\xbb\xbf"
      "192.0.2.2\n");
  CHECK(RejectTexts(feed) == Texts{R"(2: "\xef\xbb\xbf\x31\x39\x32.0.2.2" is no address)"});
}

TEST_CASE("of a repeated key the first place and the last word hold", "[feed]") {
  const Feed feed = Parsed(
      "create s hash:net timeout 0\ncreate p hash:net,port\n"
      "add s 192.0.2.0/24 timeout 5\n"
      "add s 192.0.2.1\n"
      "add p 192.0.2.0/24,80\n"
      "add s 192.0.2.77/24 nomatch\n"
      "add s 192.0.2.1 timeout 9\n");
  CHECK(EntryTexts(feed) == Texts{"192.0.2.0/24 nomatch", "192.0.2.1 timeout 9", "192.0.2.0/24 tcp/80"});
  CHECK(feed.duplicates == 2);
}

TEST_CASE("an address with every port is as many entries", "[feed]") {
  std::string text = "create s hash:ip,port\n";
  for (int port = 1; port <= 65535; ++port) text += "add s 192.0.2.1," + std::to_string(port) + "\n";
  const Feed feed = Parsed(text);
  CHECK(feed.entries.size() == 65535);
  CHECK(feed.duplicates == 0);
}

TEST_CASE("the prefixes of a range are keys like others", "[feed]") {
  const Feed feed = Parsed("192.0.2.2\n192.0.2.1-192.0.2.4\n192.0.2.1-192.0.2.2\n");
  CHECK(EntryTexts(feed) == Texts{"192.0.2.2", "192.0.2.1", "192.0.2.2/31", "192.0.2.4"});
  CHECK(feed.duplicates == 2);
}

TEST_CASE("rejected lines are all counted and the first kFeedRejectsKept kept", "[feed]") {
  std::string text;
  for (size_t i = 0; i < kFeedRejectsKept + 7; ++i) text += "bad\n";
  const Feed feed = Parsed(text + "192.0.2.1\n");
  CHECK(feed.rejected_lines == kFeedRejectsKept + 7);
  REQUIRE(feed.rejected.size() == kFeedRejectsKept);
  CHECK(feed.rejected.back().line == kFeedRejectsKept);
  CHECK(feed.entries.size() == 1);
}

TEST_CASE("a list of more entries than the bound is refused as a whole", "[feed]") {
  const std::string text = "192.0.2.1\n192.0.2.1\n192.0.2.2-192.0.2.4\n192.0.2.4\n";
  CHECK(ParseFeedLines(text, FeedFormat::kPlain, 3)->entries.size() == 3);
  const absl::StatusOr<Feed> feed = ParseFeedLines(text, FeedFormat::kPlain, 2);
  CHECK(feed.status().code() == absl::StatusCode::kResourceExhausted);
  CHECK(std::string(feed.status().message()) == "line 3: the list has more than 2 entries: split or shorten it");
}

TEST_CASE("counting tells families, hosts, prefixes and scopes", "[feed]") {
  const FeedCounts counts = Count(
      Parsed("create a hash:net\ncreate b hash:net,port family inet6\n"
             "add a 192.0.2.1\nadd a 192.0.2.2/32\nadd a 192.0.2.0/24\n"
             "add b 2001:db8::/32,tcp:80\nadd b 2001:db8::1,tcp:80\nadd b 2001:db8::2,80\nadd b 2001:db8::3,udp:80\n"));
  CHECK(counts.ipv4_hosts == 2);
  CHECK(counts.ipv4_prefixes == 1);
  CHECK(counts.ipv6_hosts == 3);
  CHECK(counts.ipv6_prefixes == 1);
  CHECK(counts.scoped == 4);
}

}  // namespace
}  // namespace picket
