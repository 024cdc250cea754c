// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/shared_limiter.h"

#include <malloc.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <tuple>

#include "dataplane/policy.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

constexpr HashKey kHash = HashKey::FromSeed(1);
constexpr uint32_t kOneSet = 4;
constexpr uint64_t kSecondNs = 1'000'000'000;
constexpr uint64_t kDayNs = 86'400 * kSecondNs;
const Gcra kTenPerSecond(/*rate_per_s=*/10, /*burst=*/5);

LimiterKey Key(std::string_view prefix, RateClassId rate_class = 0) {
  return {ParsePrefix(prefix).value(), rate_class};
}
LimiterKey Host(uint32_t address) { return {Prefix::Host(Address::V4(address)), 0}; }

// A table with its own count of what was evicted.
struct Table {
  explicit Table(uint32_t buckets, uint64_t seed = 1) : limiter(buckets, HashKey::FromSeed(seed)) {}
  bool Charge(const LimiterKey& key, const Gcra& rate, uint64_t units, Tick now) {
    return limiter.Charge(key, rate, units, now, &evicted);
  }
  // How many single packets conform now, of at most `offered`.
  int Grants(const LimiterKey& key, Tick now = Tick{}, int offered = 100) {
    int granted = 0;
    for (int i = 0; i < offered; ++i) granted += Charge(key, kTenPerSecond, 1, now) ? 1 : 0;
    return granted;
  }

  SharedLimiter limiter;
  uint64_t evicted = 0;
};

TEST_CASE("a shared key has its burst, then its rate", "[shared_limiter]") {
  for (const uint64_t start : {uint64_t{0}, uint64_t{1} << 40, uint64_t{1'800'000'000} * kSecondNs}) {
    Table table(kOneSet);
    const auto at = [start](uint64_t ms) { return Tick::FromNs(start) + Duration::FromMs(static_cast<int64_t>(ms)); };
    CHECK(table.Grants(Key("192.0.2.0/24"), at(0)) == 5);
    CHECK(table.Grants(Key("192.0.2.0/24"), at(99)) == 0);
    CHECK(table.Grants(Key("192.0.2.0/24"), at(100)) == 1);
    CHECK(table.Grants(Key("192.0.2.0/24"), at(100'000)) == 5);
    CHECK(table.evicted == 0);
  }
}

TEST_CASE("what is refused takes nothing from a shared bucket", "[shared_limiter]") {
  Table table(kOneSet);
  const LimiterKey key = Key("192.0.2.0/24");
  for (const uint64_t units : {uint64_t{6}, uint64_t{1} << 40, UINT64_MAX}) {
    CHECK_FALSE(table.Charge(key, kTenPerSecond, units, Tick{}));
  }
  CHECK(table.Charge(key, kTenPerSecond, 5, Tick{}));
  CHECK_FALSE(table.Charge(key, kTenPerSecond, 1, Tick{}));
}

TEST_CASE("shared keys that differ in anything have buckets of their own", "[shared_limiter]") {
  const LimiterKey one = Key("192.0.2.0/24", 1);
  const std::vector<LimiterKey> others{Key("192.0.2.0/24", 2),
                                       Key("192.0.2.0/25", 1),
                                       Key("192.0.3.0/24", 1),
                                       {{Address::V6(0, 0xc000'0200), 24}, 1},
                                       {{Address::V6(1, 0xc000'0200), 24}, 1}};
  for (const LimiterKey& other : others) {
    Table table(kOneSet);
    CHECK(table.Grants(one) == 5);
    CHECK(table.Grants(other) == 5);
    CHECK(table.Grants(one) == 0);
    CHECK(table.evicted == 0);
  }
}

TEST_CASE("shared buckets of many keys go their own ways as a worker's do", "[shared_limiter]") {
  Rng rng(80);
  Table table(/*buckets=*/16'384);
  LimiterTable twin(/*buckets=*/16'384, kHash);
  // Each costs whole 1/256 ns, so that nothing is rounded.
  const std::array<Gcra, 3> rates{Gcra(10, 5), Gcra(100, 20), Gcra(1'000'000, 9'000)};
  uint64_t now_ns = 0;
  for (int i = 0; i < 50'000; ++i) {
    now_ns += Pick(rng, 1'000'000);
    const SmallWorld world{Pick(rng, 2) == 0 ? Family::kIpv4 : Family::kIpv6, 7};
    const auto rate_class = static_cast<RateClassId>(Pick(rng, rates.size()));
    const LimiterKey key{world.Block(rng(), static_cast<uint8_t>(4 + Pick(rng, 4))), rate_class};
    const uint64_t units = rate_class == 2 ? 64 + Pick(rng, 1'455) : 1;
    const Tick now = Tick::FromNs(now_ns);
    REQUIRE(table.Charge(key, rates[rate_class], units, now) == twin.Charge(key, rates[rate_class], units, now));
  }
  REQUIRE(table.evicted == 0);
}

TEST_CASE("a full set makes room as a worker's does", "[shared_limiter]") {
  Rng rng(81);
  Table table(kOneSet);
  LimiterTable twin(kOneSet, kHash);
  uint64_t now_ns = 0;
  for (int i = 0; i < 100'000; ++i) {
    now_ns += 1 + Pick(rng, 20'000'000);
    const LimiterKey key = Host(static_cast<uint32_t>(Pick(rng, 12)));
    const uint64_t units = 1 + Pick(rng, 3);
    const Tick now = Tick::FromNs(now_ns);
    REQUIRE(table.Charge(key, kTenPerSecond, units, now) == twin.Charge(key, kTenPerSecond, units, now));
    REQUIRE(table.evicted == twin.evicted());
  }
  CHECK(table.evicted > 1'000);
}

// 2^x for x uniform between the logarithms of the bounds.
uint64_t LogUniform(Rng& rng, double low, double high) {
  const double x = static_cast<double>(rng() >> 11) * 0x1p-53;
  return static_cast<uint64_t>(std::exp2(std::log2(low) + x * (std::log2(high) - std::log2(low))));
}

struct Offer {
  uint64_t rate = 0;
  uint64_t burst = 0;
  uint64_t unit_min = 1;
  uint64_t unit_max = 1;
};

// What a shared bucket and an exact one grant of twice the rate: one of each after the other.
std::pair<uint64_t, uint64_t> Granted(Rng& rng, const Offer& offer, uint64_t start_ns) {
  Table table(kOneSet);
  const Gcra rate(offer.rate, offer.burst);
  ArrivalTime exact;
  uint64_t got = 0, expected = 0;
  long double at = 0;
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t units = offer.unit_min + Pick(rng, offer.unit_max - offer.unit_min + 1);
    const Tick now = Tick::FromNs(start_ns + static_cast<uint64_t>(at));
    if (table.Charge(Host(1), rate, units, now)) got += units;
    if (rate.Conforms(exact, units, now)) expected += units;
    at += static_cast<long double>(units) * 1e9L / static_cast<long double>(2 * offer.rate);
  }
  return {got, expected};
}

TEST_CASE("a shared bucket grants what an exact one does, within 0.1 %, from 1 a second to 100 Gbit/s",
          "[shared_limiter]") {
  Rng rng(82);
  for (size_t i = 0; i < 150; ++i) {
    const bool packets = i % 3 == 0;
    Offer offer{.unit_min = packets ? 1U : 60U, .unit_max = packets ? 1U : std::array{60U, 64U, 1'518U, 9'216U}[i % 4]};
    const uint64_t rate_max = packets ? 250'000'000 : kRateMax;
    offer.rate = i < 3 ? rate_max : i < 6 ? 1 : LogUniform(rng, 1, static_cast<double>(rate_max));
    const double least = static_cast<double>(2 * offer.unit_max) + static_cast<double>(offer.rate) / 1e9 + 1;
    offer.burst = LogUniform(rng, least, least * 100);
    const uint64_t start_ns = std::array{uint64_t{0}, kSecondNs * 1'800'000'000, uint64_t{1} << 55}[Pick(rng, 3)];
    const auto [got, expected] = Granted(rng, offer, start_ns);
    INFO("rate " << offer.rate << " burst " << offer.burst << " units " << offer.unit_min << ".." << offer.unit_max);
    // Where one of the two refuses a packet that the other grants, they differ by it until the next.
    const double slack = static_cast<double>(offer.unit_max);
    REQUIRE(static_cast<double>(got) <= static_cast<double>(expected) * 1.001 + slack);
    REQUIRE(static_cast<double>(got) >= static_cast<double>(expected) * 0.999 - slack);
  }
}

TEST_CASE("a burst is granted to the unit where its cost is not cut", "[shared_limiter]") {
  for (const uint64_t rate : {1U, 3U, 7U, 10U, 1'000U, 999'983U}) {
    for (const uint64_t burst : {1U, 2U, 3U, 10U, 100U}) {
      Table table(kOneSet);
      uint64_t granted = 0;
      for (uint64_t i = 0; i < 2 * burst; ++i) granted += table.Charge(Host(1), Gcra(rate, burst), 1, Tick{}) ? 1 : 0;
      CHECK(granted == burst);
    }
  }
}

TEST_CASE("a thread whose clock is behind gets less, never more", "[shared_limiter]") {
  Rng rng(83);
  for (int round = 0; round < 100; ++round) {
    Table table(kOneSet);
    const uint64_t rate = LogUniform(rng, 1, 1e6), burst = LogUniform(rng, 1, 1'000);
    const Gcra gcra(rate, burst);
    const uint64_t first = 100'000 * kSecondNs;
    const uint64_t skew = std::array{kSecondNs, 3'500 * kSecondNs}[Pick(rng, 2)];
    uint64_t last = first, taken = 0;
    for (int i = 0; i < 2'000; ++i) {
      const uint64_t now = first + Pick(rng, skew);
      last = std::max(last, now);
      taken += table.Charge(Host(1), gcra, 1, Tick::FromNs(now)) ? 1 : 0;
    }
    const double most =
        static_cast<double>(burst) + static_cast<double>(rate) * static_cast<double>(last - first) / 1e9;
    REQUIRE(static_cast<double>(taken) <= most * 1.001 + 1);
  }
}

TEST_CASE("ticks that come round are ticks like any others", "[shared_limiter]") {
  // The word is in 1/256 ns: it comes round every 2^56 ns, and the tick itself at 2^64.
  for (const uint64_t turn : {uint64_t{1} << 55, uint64_t{1} << 56, uint64_t{5} << 56}) {
    Table table(kOneSet);
    const LimiterKey key = Host(7);
    CHECK(table.Grants(key, Tick::FromNs(turn - kSecondNs / 10)) == 5);
    CHECK(table.Grants(key, Tick::FromNs(turn - 1)) == 0);
    CHECK(table.Grants(key, Tick::FromNs(turn)) == 1);
    CHECK(table.Grants(key, Tick::FromNs(turn + kSecondNs)) == 5);
  }
}

TEST_CASE("a bucket left alone for years is full", "[shared_limiter]") {
  for (const uint64_t days : {1U, 300U, 420U, 600U, 800U, 3'000U}) {
    Table table(kOneSet);
    REQUIRE(table.Grants(Host(7), Tick::FromSeconds(1'000)) == 5);
    CHECK(table.Grants(Host(7), Tick::FromNs(1'000 * kSecondNs + days * kDayNs)) == 5);
  }
}

TEST_CASE("a burst of years is cut to 208 days", "[shared_limiter]") {
  Table table(kOneSet);
  const Gcra slow(/*rate_per_s=*/1, kBurstMax);
  uint64_t taken = 0;
  for (int i = 0; i < 1'000; ++i) taken += table.Charge(Host(1), slow, 86'400, Tick{}) ? 1 : 0;
  CHECK(taken == 208);
}

TEST_CASE("the heavy shared key keeps its bucket through a flood of others", "[shared_limiter]") {
  Table table(kOneSet);
  REQUIRE(table.Grants(Host(1)) == 5);
  for (uint32_t i = 0; i < 10'000; ++i) REQUIRE(table.Charge(Host(0x0a00'0000 + i), kTenPerSecond, 1, Tick{}));
  CHECK(table.evicted == 10'000 - 3);
  CHECK(table.Grants(Host(1)) == 0);
}

TEST_CASE("a key that takes a busy bucket does not pay for its old owner", "[shared_limiter]") {
  Table table(kOneSet);
  for (uint32_t i = 0; i < 4; ++i) REQUIRE(table.Grants(Host(i), Tick{}, 3) == 3);
  CHECK(table.Grants(Host(9)) == 5);
  CHECK(table.evicted == 1);
}

TEST_CASE("a shared table asks for no memory after it was made", "[shared_limiter]") {
  Table table(/*buckets=*/1'024);
  const size_t before = mallinfo2().uordblks;
  bool any = false;
  for (uint32_t i = 0; i < 100'000; ++i) any |= table.Charge(Host(i), kTenPerSecond, 1, Tick{});
  const size_t after = mallinfo2().uordblks;
  CHECK(any);
  CHECK(after == before);
}

}  // namespace
}  // namespace picket
