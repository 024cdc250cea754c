// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <string>

#include "tests/rules/feed_text.h"

namespace picket {
namespace {

// What a list with this line says about it; the lines around it must survive.
std::string Said(const std::string& line) {
  const Feed feed = Parsed("192.0.2.1\n\n" + line + "\n192.0.2.2\n", FeedFormat::kPlain);
  CHECK(feed.lines == 4);
  REQUIRE(feed.entries.size() >= 2);
  CHECK(Text(feed.entries.front()) == "192.0.2.1");
  CHECK(Text(feed.entries.back()) == "192.0.2.2");
  CHECK(feed.rejected_lines == feed.rejected.size());
  if (!feed.rejected.empty()) {
    CHECK(feed.entries.size() == 2);
    return RejectTexts(feed).at(0);
  }
  std::string said;
  for (size_t i = 1; i + 1 < feed.entries.size(); ++i) said += (i == 1 ? "" : " ") + Text(feed.entries[i]);
  return said;
}

TEST_CASE("a plain list's line is an address, a block or a range", "[feed]") {
  CHECK(Said("198.51.100.7") == "198.51.100.7");
  CHECK(Said("198.51.100.7/32") == "198.51.100.7");
  CHECK(Said("198.51.100.0/24") == "198.51.100.0/24");
  CHECK(Said("224.0.0.0/3") == "224.0.0.0/3");
  CHECK(Said("128.0.0.0/1") == "128.0.0.0/1");
  CHECK(Said("2001:DB8::1") == "2001:db8::1");
  CHECK(Said("2001:db8::/32") == "2001:db8::/32");
  CHECK(Said("8000::/1") == "8000::/1");
  CHECK(Said("198.51.100.4-198.51.100.7") == "198.51.100.4/30");
  CHECK(Said("198.51.100.7 - 198.51.100.8") == "198.51.100.7 198.51.100.8");
  CHECK(Said("198.51.100.7 -198.51.100.7") == "198.51.100.7");
  CHECK(Said("198.51.100.1- 198.51.100.6") == "198.51.100.1 198.51.100.2/31 198.51.100.4/31 198.51.100.6");
  CHECK(Said("2001:db8::-2001:db8::2") == "2001:db8::/127 2001:db8::2");
  CHECK(Said("0.0.0.0-255.255.255.254").substr(0, 30) == "0.0.0.0/1 128.0.0.0/2 192.0.0.");
}

TEST_CASE("a plain list's blanks, comments and number columns say nothing", "[feed]") {
  const auto* const line =
      GENERATE("198.51.100.7", "  198.51.100.7", "\t198.51.100.7 \t", "198.51.100.7 # host", "198.51.100.7#host",
               "198.51.100.7;host", "198.51.100.7 ; SBL000001", "198.51.100.7 // note", "198.51.100.7\t10",
               "198.51.100.7 10 3 # note", "198.51.100.7\r", "198.51.100.7 # a // b ; c", "198.51.100.7 00");
  CHECK(Said(line) == "198.51.100.7");
  const auto* const nothing = GENERATE("", " ", "\t", "\r", "#", "# 198.51.100.7", "; x", "//", "  // x", "#x", ";;");
  CHECK(Said(nothing).empty());
}

struct Refused {
  std::string line;
  std::string reason;
};

TEST_CASE("a plain list's bad line is rejected with the reason", "[feed]") {
  const auto refused = GENERATE(values<Refused>({
      {"198.51.100.7 evil", R"(unexpected text after the address: "evil")"},
      {"198.51.100.7 10 evil", R"(unexpected text after the address: "evil")"},
      {"198.51.100.7 1.5", R"(unexpected text after the address: "1.5")"},
      {"198.51.100.7 198.51.100.9", R"(unexpected text after the address: "198.51.100.9")"},
      {"198.51.100.4-198.51.100.7 x", R"(unexpected text after the address: "x")"},
      {"0.0.0.0/0", R"("0.0.0.0/0" covers every address)"},
      {"198.51.100.7/0", R"("198.51.100.7/0" covers every address)"},
      {"::/0", R"("::/0" covers every address)"},
      {"0.0.0.0-255.255.255.255", "range 0.0.0.0-255.255.255.255 covers every address"},
      {"198.051.100.7", R"("198.051.100.7" has leading zeros, which some programs read as octal)"},
      {"198.51.100", R"("198.51.100" has 3 octets: write 4)"},
      {"198.51.100/24", R"("198.51.100/24" has 3 octets: write 4)"},
      {"198.51.100.7.9", R"("198.51.100.7.9" has 5 octets: write 4)"},
      {"198.51.100.256", R"("198.51.100.256" has an octet above 255)"},
      {"198.51..7", R"("198.51..7" is no IPv4 address: an octet is missing)"},
      {"3325256711", R"("3325256711" is a number, no address)"},
      {"198.51.100.0/33", R"("198.51.100.0/33": the length after / is a number from 1 to 32 without leading zeros)"},
      {"198.51.100.0/", R"("198.51.100.0/": the length after / is a number from 1 to 32 without leading zeros)"},
      {"198.51.100.0/024", R"("198.51.100.0/024": the length after / is a number from 1 to 32 without leading zeros)"},
      {"198.51.100.0/2x", R"("198.51.100.0/2x": the length after / is a number from 1 to 32 without leading zeros)"},
      {"2001:db8::/129", R"("2001:db8::/129": the length after / is a number from 1 to 128 without leading zeros)"},
      {"198.51.100.0/255.255.255.0", R"("198.51.100.0/255.255.255.0" has a netmask: write its length, like /24)"},
      {"198.51.100.7//x", R"("198.51.100.7//x": the length after / is a number from 1 to 32 without leading zeros)"},
      {"/24", R"("/24" has no address before the /)"},
      {"/mirai.arm", R"("/mirai.arm" has no address before the /)"},
  }));
  CHECK(Said(refused.line) == "3: " + refused.reason);
}

TEST_CASE("a plain list's other ways to name a peer are rejected with the reason", "[feed]") {
  const auto refused = GENERATE(values<Refused>({
      {"198.51.100.7:80",
       R"("198.51.100.7:80" has a port: write the address alone, or an ipset save list of type hash:ip,port)"},
      {"[2001:db8::1]", R"("[2001:db8::1]" has brackets: write the address without them)"},
      {"[2001:db8::1]:80", R"("[2001:db8::1]:80" has brackets: write the address without them)"},
      {"fe80::1%eth0", R"("fe80::1%eth0" has a zone: write the address without it)"},
      {"fe80::1%eth0/64", R"("fe80::1%eth0/64" has a zone: write the address without it)"},
      {"::ffff:198.51.100.7", R"("::ffff:198.51.100.7" is an IPv4-mapped IPv6 address: write 198.51.100.7)"},
      {"::ffff:c633:6407", R"("::ffff:c633:6407" is an IPv4-mapped IPv6 address: write 198.51.100.7)"},
      {"::ffff:198.51.100.0/120", R"("::ffff:198.51.100.0/120" is an IPv4-mapped IPv6 address: write 198.51.100.0/24)"},
      {"::ffff:0:0/96", R"("::ffff:0:0/96" covers every address)"},
      {"2001:db8::1::2", R"("2001:db8::1::2" is no IPv6 address)"},
      {"2001:db8:1", R"("2001:db8:1" is no IPv6 address)"},
      {"host.example", R"("host.example" is a name: a list holds addresses only)"},
      {"C198.51.100.7", R"("C198.51.100.7" is a name: a list holds addresses only)"},
      {"http://198.51.100.7/x", R"("http://198.51.100.7/x" is a URL: a list holds addresses only)"},
      {"*.*.*.*", R"("*.*.*.*" is no address)"},
      {R"("198.51.100.7",)", R"("\"198.51.100.7\"," is no address)"},
      {"198.51.100.7-", "the range lacks an end: write FIRST-LAST"},
      {"- 198.51.100.7", "the range lacks an end: write FIRST-LAST"},
      {"198.51.100.8-198.51.100.7", "range 198.51.100.8-198.51.100.7 runs backwards: write the lower address first"},
      {"198.51.100.7-2001:db8::1", "range 198.51.100.7-2001:db8::1 mixes IPv4 and IPv6"},
      {"198.51.100.0/24-198.51.101.0", R"("198.51.100.0/24" is an end of a range: write an address without length)"},
      {"198.51.100.7-evil", R"("evil" is a name: a list holds addresses only)"},
      {"::ffff:198.51.100.7-::ffff:198.51.100.9",
       R"("::ffff:198.51.100.7" is an IPv4-mapped IPv6 address: write 198.51.100.7)"},
  }));
  CHECK(Said(refused.line) == "3: " + refused.reason);
}

TEST_CASE("a reject reason shows no control characters and no more than a bounded part of the line", "[feed]") {
  CHECK(Said("198.51.100.7 \x1b[2J\x07") == R"(3: unexpected text after the address: "\x1b[2J\x07")");
  CHECK(Said("\xe2\x80\xae evil") == R"(3: "\xe2\x80\xae" is no address)");
  CHECK(Said("198.51.100.7\x01") == R"(3: "198.51.100.7\x01" is no address)");
  CHECK(Said("198.51.100.7 " + std::string(61, 'x')) ==
        "3: unexpected text after the address: \"" + std::string(60, 'x') + "...\"");
}

TEST_CASE("a line with a NUL byte is rejected, comment or not", "[feed]") {
  using std::string_literals::operator""s;
  CHECK(Said("198.51.100.7\0"s) == "3: NUL byte in column 13: a list is UTF-8 or ASCII text");
  CHECK(Said("#\0"s) == "3: NUL byte in column 2: a list is UTF-8 or ASCII text");
}

TEST_CASE("a line may have kFeedLineBytesMax bytes, not one more", "[feed]") {
  const std::string address = "198.51.100.7";
  const std::string fits = address + std::string(kFeedLineBytesMax - address.size(), ' ');
  CHECK(Said(fits) == address);
  CHECK(Said(fits + "\r") == address);
  CHECK(Said(fits + " ") == "3: the line has 4097 bytes, at most 4096 are read");
  CHECK(Said(std::string(1'000'000, '#')) == "3: the line has 1000000 bytes, at most 4096 are read");
}

TEST_CASE("host bits after the length are cleared and counted", "[feed]") {
  const Feed feed = Parsed("198.51.100.7/24\n2001:db8::1/64\n192.0.2.0/24\n192.0.2.1\n", FeedFormat::kPlain);
  CHECK(EntryTexts(feed) == Texts{"198.51.100.0/24", "2001:db8::/64", "192.0.2.0/24", "192.0.2.1"});
  CHECK(feed.host_bits_cleared == 2);
  CHECK(feed.rejected_lines == 0);
}

}  // namespace
}  // namespace picket
