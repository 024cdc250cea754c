// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/prefix_scan.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/listing_builder.h"

namespace picket {
namespace {

TEST_CASE("a scan covers what one of its prefixes contains, however many there are", "[prefix_scan]") {
  Rng rng(50);
  for (int round = 0; round < 400; ++round) {
    std::vector<Prefix> prefixes;
    for (uint64_t i = Pick(rng, 24); i > 0; --i) {
      const SmallWorld world{Pick(rng, 2) == 0 ? Family::kIpv4 : Family::kIpv6, 7};
      prefixes.push_back(world.Block(rng(), static_cast<uint8_t>(3 + Pick(rng, 5))));
    }
    const PrefixScan scan(prefixes);
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      CHECK(scan.Has(family) ==
            std::any_of(prefixes.begin(), prefixes.end(), [&](const Prefix& p) { return p.family() == family; }));
      for (uint64_t i = 0; i < 128; ++i) {
        const Address a = SmallWorld{family, 7}.At(i);
        REQUIRE(scan.Covers(a) ==
                std::any_of(prefixes.begin(), prefixes.end(), [&](const Prefix& p) { return p.Contains(a); }));
      }
    }
  }
}

TEST_CASE("a prefix of length 0 covers its whole family and no other", "[prefix_scan]") {
  const PrefixScan ipv4(std::vector{Prefix::Of(Address::V4(0), 0)});
  CHECK(ipv4.Covers(Address::V4(0)));
  CHECK(ipv4.Covers(Address::V4(0xffff'ffff)));
  CHECK_FALSE(ipv4.Covers(Address::V6(0, 0)));
  const PrefixScan ipv6(std::vector{Prefix::Of(Address::V6(0, 0), 0)});
  CHECK(ipv6.Covers(Address::V6(~uint64_t{0}, 7)));
  CHECK_FALSE(ipv6.Covers(Address::V4(0)));
}

}  // namespace
}  // namespace picket
