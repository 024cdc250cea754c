// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>

#include "rules/address_range.h"
#include "tests/rules/feed_text.h"

namespace picket {
namespace {

using Random = std::mt19937_64;
constexpr int kLists = 200;
constexpr int kListEntries = 60;

uint64_t Below(Random& random, uint64_t bound) { return std::uniform_int_distribution<uint64_t>(0, bound - 1)(random); }

Prefix AnyPrefix(Random& random, Family family) {
  const auto length = static_cast<uint8_t>(1 + Below(random, AddressBits(family)));
  const Address address = family == Family::kIpv4
                              ? Address::V4(static_cast<uint32_t>(random()))
                              : Address::V6(uint64_t{0x2001'0db8} << 32 | Below(random, 1u << 31), random());
  return Below(random, 2) == 0 ? Prefix::Host(address) : Prefix::Of(address, length);
}

Scope AnyScope(Random& random) {
  if (Below(random, 4) == 0) return {kProtocolGre, {}};
  const auto first = static_cast<uint16_t>(1 + Below(random, 65535));
  const auto last = static_cast<uint16_t>(first + Below(random, 65536u - first));
  return {Below(random, 2) == 0 ? kProtocolTcp : kProtocolUdp, {{first, Below(random, 2) == 0 ? first : last}}};
}

// The ways to write a prefix that mean the same.
std::string Spelled(Random& random, const Prefix& prefix, bool spaces) {
  const AddressRange range = RangeOf(prefix);
  const std::string dash = spaces && Below(random, 2) == 0 ? " - " : "-";
  switch (Below(random, 3)) {
    case 0:
      return ToString(range.first) + dash + ToString(range.last);
    case 1:
      return ToString(prefix.address) + "/" + std::to_string(prefix.length);
    default:
      return ToString(prefix);
  }
}

TEST_CASE("entries printed as a plain or FireHOL list come back", "[feed]") {
  Random random(1);
  const std::vector<std::string> decorations = {"", "\r", " # x", "\t7", ";x", " // x", "\n", "\n# 192.0.2.1"};
  for (int list = 0; list < kLists; ++list) {
    const bool firehol = list % 2 == 1;
    std::string text = firehol ? "# ipv4 hash:net ipset\n" : "";
    Texts expected;
    std::set<Prefix> known;
    for (int i = 0; i < kListEntries; ++i) {
      const Prefix prefix = AnyPrefix(random, Below(random, 2) == 0 ? Family::kIpv4 : Family::kIpv6);
      if (known.insert(prefix).second) expected.push_back(ToString(prefix));
      text += Spelled(random, prefix, true) + decorations[Below(random, decorations.size())] + "\n";
    }
    INFO(text);
    const Feed feed = Parsed(text);
    REQUIRE(feed.format == (firehol ? FeedFormat::kFirehol : FeedFormat::kPlain));
    REQUIRE(feed.rejected_lines == 0);
    REQUIRE(EntryTexts(feed) == expected);
    REQUIRE(feed.duplicates == static_cast<uint64_t>(kListEntries) - expected.size());
  }
}

// An `add` line that says `entry`, for the set whose name starts with its type.
std::string AddLine(Random& random, const FeedEntry& entry) {
  const std::string type = entry.except || Below(random, 2) == 0 ? "net" : "ip";
  std::string line = "add " + type + (entry.scope.IsEmpty() ? "" : "port");
  line += (entry.prefix.family() == Family::kIpv4 ? "4 " : "6 ") + Spelled(random, entry.prefix, false);
  if (!entry.scope.IsEmpty()) {
    std::string scope = ToString(entry.scope);
    const size_t slash = scope.find('/');
    line += "," + (slash == std::string::npos ? scope + ":0" : scope.replace(slash, 1, ":"));
  }
  if (entry.timeout_s != 0) line += " timeout " + std::to_string(entry.timeout_s);
  if (Below(random, 4) == 0) line += R"( packets 1 bytes 2 comment "nomatch \" x" skbmark 0x1)";
  return line + (entry.except ? " nomatch\n" : "\n");
}

std::string CreateLines() {
  std::string text;
  for (const std::string kind : {"ip", "net"}) {
    for (const std::string family : {"4", "6"}) {
      const std::string options = family == "4" ? " family inet counters\n" : " timeout 0 family inet6\n";
      text += "create " + kind + family + " hash:" + kind + options;
      text += "create " + kind + "port" + family + " hash:" + kind + ",port" + options;
    }
  }
  return text;
}

TEST_CASE("entries printed as ipset save come back", "[feed]") {
  Random random(2);
  for (int list = 0; list < kLists; ++list) {
    std::string text = CreateLines();
    Texts expected;
    std::set<std::pair<Prefix, Scope>> known;
    for (int i = 0; i < kListEntries; ++i) {
      FeedEntry entry;
      entry.prefix = AnyPrefix(random, Below(random, 2) == 0 ? Family::kIpv4 : Family::kIpv6);
      if (Below(random, 2) == 0) entry.scope = AnyScope(random);
      entry.except = Below(random, 5) == 0;
      entry.timeout_s = static_cast<uint32_t>(Below(random, 2) == 0 ? 0 : Below(random, 2'147'484));
      if (!known.emplace(entry.prefix, entry.scope).second) continue;
      expected.push_back(Text(entry));
      text += AddLine(random, entry);
    }
    INFO(text);
    const Feed feed = Parsed(text);
    REQUIRE(feed.format == FeedFormat::kIpsetSave);
    REQUIRE(RejectTexts(feed).empty());
    REQUIRE(EntryTexts(feed) == expected);
    REQUIRE(feed.duplicates == 0);
  }
}

}  // namespace
}  // namespace picket
