// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/limiter_table.h"

#include <malloc.h>

#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <tuple>

#include "tests/support/listing_builder.h"

namespace picket {
namespace {

constexpr HashKey kHash = HashKey::FromSeed(1);
constexpr uint32_t kOneSet = 4;
const Gcra kTenPerSecond(/*rate_per_s=*/10, /*burst=*/5);

LimiterKey Key(std::string_view prefix, RateClassId rate_class = 0) {
  return {ParsePrefix(prefix).value(), rate_class};
}

// How many single packets conform now, of at most `offered`.
int Grants(LimiterTable& table, const LimiterKey& key, Tick now = Tick{}, int offered = 100) {
  int granted = 0;
  for (int i = 0; i < offered; ++i) granted += table.Charge(key, kTenPerSecond, 1, now) ? 1 : 0;
  return granted;
}

TEST_CASE("a key has its burst, then its rate", "[limiter_table]") {
  LimiterTable table(kOneSet, kHash);
  const LimiterKey key = Key("192.0.2.1");
  CHECK(Grants(table, key) == 5);
  CHECK(Grants(table, key, Tick::FromMs(99)) == 0);
  CHECK(Grants(table, key, Tick::FromMs(100)) == 1);
  CHECK(Grants(table, key, Tick::FromSeconds(100)) == 5);
  CHECK(table.evicted() == 0);
}

TEST_CASE("what is refused takes nothing", "[limiter_table]") {
  LimiterTable table(kOneSet, kHash);
  const LimiterKey key = Key("192.0.2.1");
  CHECK_FALSE(table.Charge(key, kTenPerSecond, 6, Tick{}));
  CHECK(table.Charge(key, kTenPerSecond, 5, Tick{}));
  CHECK_FALSE(table.Charge(key, kTenPerSecond, 1, Tick{}));
}

TEST_CASE("keys that differ in anything have buckets of their own", "[limiter_table]") {
  const LimiterKey one = Key("192.0.2.0/24", 1);
  const std::vector<LimiterKey> others{Key("192.0.2.0/24", 2),
                                       Key("192.0.2.0/25", 1),
                                       Key("192.0.3.0/24", 1),
                                       {{Address::V6(0, 0xc000'0200), 24}, 1},
                                       {{Address::V6(1, 0xc000'0200), 24}, 1}};
  for (const LimiterKey& other : others) {
    LimiterTable table(kOneSet, kHash);
    CHECK(Grants(table, one) == 5);
    CHECK(Grants(table, other) == 5);
    CHECK(Grants(table, one) == 0);
    CHECK(table.evicted() == 0);
  }
}

TEST_CASE("buckets of many keys go their own ways as in a map", "[limiter_table]") {
  struct Less {
    bool operator()(const LimiterKey& a, const LimiterKey& b) const {
      return std::tie(a.prefix, a.rate_class) < std::tie(b.prefix, b.rate_class);
    }
  };
  Rng rng(80);
  LimiterTable table(/*buckets=*/16'384, kHash);
  const std::array<Gcra, 3> rates{Gcra(10, 5), Gcra(100, 20), Gcra(1'000'000, 9'000)};
  std::map<LimiterKey, ArrivalTime, Less> model;
  uint64_t now_ns = 0;
  for (int i = 0; i < 50'000; ++i) {
    now_ns += Pick(rng, 1'000'000);
    const SmallWorld world{Pick(rng, 2) == 0 ? Family::kIpv4 : Family::kIpv6, 7};
    const auto rate_class = static_cast<RateClassId>(Pick(rng, rates.size()));
    const LimiterKey key{world.Block(rng(), static_cast<uint8_t>(4 + Pick(rng, 4))), rate_class};
    const uint64_t units = rate_class == 2 ? 64 + Pick(rng, 1'455) : 1;
    const Tick now = Tick::FromNs(now_ns);
    REQUIRE(table.Charge(key, rates[rate_class], units, now) == rates[rate_class].Conforms(model[key], units, now));
  }
  REQUIRE(table.evicted() == 0);
}

TEST_CASE("in a full set the bucket that is due first makes room", "[limiter_table]") {
  for (uint32_t least = 0; least < kOneSet; ++least) {
    LimiterTable table(kOneSet, kHash);
    std::vector<LimiterKey> keys;
    for (uint32_t i = 0; i < kOneSet; ++i) {
      keys.push_back(Key("192.0.2." + std::to_string(i)));
      REQUIRE(Grants(table, keys[i], Tick{}, i == least ? 1 : 3) > 0);
    }
    CHECK(Grants(table, Key("198.51.100.1")) == 5);
    CHECK(table.evicted() == 1);
    for (uint32_t i = 0; i < kOneSet; ++i) {
      if (i != least) CHECK(Grants(table, keys[i]) == 2);
    }
    CHECK(table.evicted() == 1);
    CHECK(Grants(table, keys[least]) == 5);
    CHECK(table.evicted() == 2);
  }
}

TEST_CASE("a bucket that is idle again makes room uncounted", "[limiter_table]") {
  LimiterTable table(kOneSet, kHash);
  for (int i = 0; i < 4; ++i) REQUIRE(Grants(table, Key("192.0.2." + std::to_string(i))) == 5);
  CHECK(Grants(table, Key("198.51.100.1"), Tick::FromMs(500)) == 5);
  CHECK(table.evicted() == 0);
  CHECK(Grants(table, Key("198.51.100.2"), Tick::FromMs(500)) == 5);
  CHECK(table.evicted() == 0);
}

TEST_CASE("the heavy sender keeps its bucket through a flood of others", "[limiter_table]") {
  LimiterTable table(kOneSet, kHash);
  const LimiterKey heavy = Key("192.0.2.1");
  REQUIRE(Grants(table, heavy) == 5);
  for (uint32_t i = 0; i < 10'000; ++i) {
    REQUIRE(table.Charge({Prefix::Host(Address::V4(0x0a00'0000 + i)), 0}, kTenPerSecond, 1, Tick{}));
  }
  CHECK(table.evicted() == 10'000 - 3);
  CHECK(Grants(table, heavy) == 0);
}

// Which charges of a flood through a small table conform.
std::vector<bool> Outcomes(uint64_t seed) {
  LimiterTable table(/*buckets=*/64, HashKey::FromSeed(seed));
  Rng rng(81);
  std::vector<bool> outcomes;
  for (int i = 0; i < 5'000; ++i) {
    const LimiterKey key{Prefix::Host(Address::V4(static_cast<uint32_t>(Pick(rng, 200)))), 0};
    outcomes.push_back(table.Charge(key, kTenPerSecond, 1, Tick::FromMs(static_cast<uint64_t>(i))));
  }
  return outcomes;
}

TEST_CASE("who makes room depends on the seed and on nothing else", "[limiter_table]") {
  CHECK(Outcomes(1) == Outcomes(1));
  CHECK(Outcomes(1) != Outcomes(2));
}

TEST_CASE("a table asks for no memory after it was made", "[limiter_table]") {
  LimiterTable table(/*buckets=*/1'024, kHash);
  const size_t before = mallinfo2().uordblks;
  bool any = false;
  for (uint32_t i = 0; i < 100'000; ++i) {
    any |= table.Charge({Prefix::Host(Address::V4(i)), 0}, kTenPerSecond, 1, Tick{});
  }
  const size_t after = mallinfo2().uordblks;
  CHECK(any);
  CHECK(after == before);
}

}  // namespace
}  // namespace picket
