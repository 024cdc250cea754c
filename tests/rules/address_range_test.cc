// SPDX-License-Identifier: Apache-2.0
#include "rules/address_range.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

namespace picket {
namespace {

std::vector<Prefix> Blocks(AddressRange range) {
  std::vector<Prefix> blocks;
  for (;;) {
    blocks.push_back(range.FirstBlock());
    const Address end = RangeOf(blocks.back()).last;
    if (end == range.last) return blocks;
    range.first = Next(end);
  }
}

// The oracle: a block inside the range counts once, a block across its border is halved.
void Halve(const Prefix& block, const AddressRange& range, std::vector<Prefix>& inside) {
  const AddressRange all = RangeOf(block);
  if (all.last < range.first || all.first > range.last) return;
  if (all.first >= range.first && all.last <= range.last) {
    inside.push_back(block);
    return;
  }
  const Prefix low = Prefix::Of(block.address, static_cast<uint8_t>(block.length + 1));
  Halve(low, range, inside);
  Halve(Prefix::Of(Next(RangeOf(low).last), low.length), range, inside);
}

TEST_CASE("a range is the fewest prefixes: every range of a small world", "[address_range]") {
  const uint32_t shift = GENERATE(0u, 20u);
  for (uint32_t first = 0; first < 128; ++first) {
    for (uint32_t last = first; last < 128; ++last) {
      const AddressRange range{Address::V4((1u << 30) + (first << shift)),
                               Address::V4((1u << 30) + ((last + 1) << shift) - 1)};
      std::vector<Prefix> expected;
      Halve(Prefix::Of(Address::V4(0), 0), range, expected);
      REQUIRE(Blocks(range) == expected);
    }
  }
}

TEST_CASE("the worst ranges are 62 and 254 prefixes", "[address_range]") {
  CHECK(Blocks({Address::V4(1), Address::V4(0xffff'fffe)}).size() == 62);
  CHECK(Blocks({Address::V6(0, 1), Address::V6(~uint64_t{0}, ~uint64_t{0} - 1)}).size() == 254);
}

TEST_CASE("a prefix is the range from its first to its last address and back", "[address_range]") {
  const auto* const text =
      GENERATE("203.0.113.9", "198.51.100.0/24", "128.0.0.0/1", "0.0.0.0/0", "2001:db8::/32", "2001:db8::/63",
               "2001:db8::/64", "2001:db8::/65", "2001:db8::1/128", "ffff:ffff:ffff:ffff:8000::/65", "::/0");
  const Prefix prefix = *ParsePrefix(text);
  CHECK(Blocks(RangeOf(prefix)) == std::vector<Prefix>{prefix});
  CHECK(RangeOf(prefix).IsEverything() == (prefix.length == 0));
}

TEST_CASE("the last address of a block is where its bits are all set", "[address_range]") {
  CHECK(ToString(RangeOf(*ParsePrefix("198.51.100.0/25")).last) == "198.51.100.127");
  CHECK(ToString(RangeOf(*ParsePrefix("2001:db8::/33")).last) == "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff");
  CHECK(ToString(RangeOf(*ParsePrefix("2001:db8::/127")).last) == "2001:db8::1");
  CHECK(ToString(Next(*ParseAddress("2001:db8::ffff:ffff:ffff:ffff"))) == "2001:db8:0:1::");
  CHECK(ToString(Next(*ParseAddress("198.51.100.255"))) == "198.51.101.0");
}

}  // namespace
}  // namespace picket
