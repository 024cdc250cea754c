// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/gcra.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "dataplane/policy.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

constexpr uint64_t kSecondNs = 1'000'000'000;
constexpr uint64_t kFrameMin = 64;
constexpr uint64_t kFrameMax = 9'216;

// 2^x for x uniform between the logarithms of the bounds.
uint64_t LogUniform(Rng& rng, double low, double high) {
  const double x = static_cast<double>(rng() >> 11) * 0x1p-53;
  return static_cast<uint64_t>(std::exp2(std::log2(low) + x * (std::log2(high) - std::log2(low))));
}

// What packets weigh: 1 each, or frames of one length, or a mix of lengths.
struct Mix {
  uint64_t min = 1;
  uint64_t max = 1;
  uint64_t Next(Rng& rng) const { return min + Pick(rng, max - min + 1); }
};

struct Offer {
  uint64_t rate = 0;
  uint64_t burst = 0;
  Mix mix;
  double load = 1;  // times the rate
  uint64_t start_ns = 0;
};

struct Outcome {
  uint64_t offered = 0;
  uint64_t conforming = 0;
  double elapsed_s = 0;
};

// Sends at `load` times the rate, each packet when the one before it would have left a line of that speed, until
// `units` were offered.
Outcome Send(Rng& rng, const Offer& offer, uint64_t units) {
  const Gcra gcra(offer.rate, offer.burst);
  ArrivalTime due;
  Outcome outcome;
  const long double ns_per_unit = 1e9L / static_cast<long double>(offer.rate) / static_cast<long double>(offer.load);
  while (outcome.offered < units) {
    const auto at = static_cast<uint64_t>(static_cast<long double>(outcome.offered) * ns_per_unit);
    const uint64_t n = offer.mix.Next(rng);
    outcome.offered += n;
    if (gcra.Conforms(due, n, Tick::FromNs(offer.start_ns + at))) outcome.conforming += n;
  }
  outcome.elapsed_s = static_cast<double>(static_cast<long double>(outcome.offered) * ns_per_unit / 1e9L);
  return outcome;
}

void RequireShaped(Rng& rng, const Offer& offer) {
  constexpr uint64_t kPackets = 20'000;
  const double scale = std::max(1.0, offer.load);
  const uint64_t units = static_cast<uint64_t>(kPackets * scale) * (offer.mix.min + offer.mix.max) / 2;
  const Outcome outcome = Send(rng, offer, units);
  const double granted = static_cast<double>(offer.rate) * outcome.elapsed_s;
  const double most = granted + static_cast<double>(offer.burst);
  const double expected = std::min(static_cast<double>(outcome.offered), most);
  const double got = static_cast<double>(outcome.conforming);
  const bool lossless = offer.load > 1 || outcome.conforming == outcome.offered;
  if (lossless && std::abs(got - expected) <= 0.001 * granted && got <= most * 1.001) return;
  INFO("rate " << offer.rate << " burst " << offer.burst << " frames " << offer.mix.min << ".." << offer.mix.max
               << " load " << offer.load << " start " << offer.start_ns);
  CHECK(outcome.conforming == outcome.offered);
  FAIL(got << " conformed, " << expected << " expected");
}

TEST_CASE("what conforms is the rate times the time plus the burst, within 0.1 %", "[gcra]") {
  constexpr std::array<Mix, 5> kMixes{
      {{1, 1}, {kFrameMin, kFrameMin}, {kFrameMin, kFrameMax}, {1'500, 1'518}, {kFrameMax, kFrameMax}}};
  Rng rng(40);
  for (int i = 0; i < 60; ++i) {
    const Mix& mix = kMixes[Pick(rng, kMixes.size())];
    const uint64_t rate = i == 0 ? 1 : i == 1 ? kRateMax : LogUniform(rng, 1, static_cast<double>(kRateMax));
    // Two frames: less cannot use the whole rate, as the bucket overflows between one refusal and the next arrival.
    const double burst_min = static_cast<double>(2 * mix.max) + static_cast<double>(rate) / kSecondNs;
    const uint64_t burst = LogUniform(rng, burst_min + 1, burst_min * 10'000);
    const uint64_t start_ns = std::array{uint64_t{0}, kSecondNs * 1'800'000'000, uint64_t{1} << 62}[Pick(rng, 3)];
    for (const double load : {0.5, 0.99, 1.0, 1.01, 1.5, 3.0, 10.0}) {
      RequireShaped(rng, {rate, burst, mix, load, start_ns});
    }
  }
}

TEST_CASE("the rate is granted in full and exceeded by less than a millionth", "[gcra]") {
  Rng rng(44);
  for (int i = 0; i < 1'000; ++i) {
    const uint64_t rate = i == 0 ? kRateMax : LogUniform(rng, 1, static_cast<double>(kRateMax));
    const uint64_t units = std::min(rate * 1'000, kBurstMax);
    ArrivalTime due;
    REQUIRE(Gcra(rate, kBurstMax).Conforms(due, units, Tick{}));
    const long double took_ns = static_cast<long double>(due.ns) + static_cast<long double>(due.fraction) * 0x1p-24L;
    const long double ideal_ns = static_cast<long double>(units) * 1e9L / static_cast<long double>(rate);
    REQUIRE(took_ns <= ideal_ns);
    REQUIRE(took_ns >= ideal_ns * (1 - 1e-6L));
  }
}

TEST_CASE("an evenly sent stream at the rate needs a burst of one packet only", "[gcra]") {
  for (const uint64_t rate : {uint64_t{1}, uint64_t{8}, uint64_t{1'000'000}, uint64_t{1'000'000'000}}) {
    const Gcra gcra(rate, 1);
    ArrivalTime due;
    for (uint64_t i = 0; i < 10'000; ++i) {
      const uint64_t at = i * (kSecondNs / rate);
      REQUIRE(gcra.Conforms(due, 1, Tick::FromNs(at)));
      REQUIRE_FALSE(gcra.Conforms(due, 1, Tick::FromNs(at)));
    }
  }
}

TEST_CASE("a burst is granted at once, to the unit, and comes back with time", "[gcra]") {
  const Gcra gcra(/*rate_per_s=*/1'000, /*burst=*/100);
  ArrivalTime due;
  CHECK(gcra.Conforms(due, 60, Tick::FromMs(5)));
  CHECK_FALSE(gcra.Conforms(due, 41, Tick::FromMs(5)));
  CHECK(gcra.Conforms(due, 40, Tick::FromMs(5)));
  CHECK_FALSE(gcra.Conforms(due, 1, Tick::FromMs(5)));
  CHECK(gcra.Conforms(due, 10, Tick::FromMs(15)));
  CHECK_FALSE(gcra.Conforms(due, 1, Tick::FromMs(15)));
  CHECK(gcra.Conforms(due, 100, Tick::FromSeconds(1)));
  CHECK_FALSE(gcra.Conforms(due, 1, Tick::FromSeconds(1)));
}

TEST_CASE("more than the burst at once never conforms, and takes nothing", "[gcra]") {
  for (const uint64_t units : {uint64_t{101}, uint64_t{1} << 40, UINT64_MAX}) {
    const Gcra gcra(1'000, 100);
    ArrivalTime due;
    CHECK_FALSE(gcra.Conforms(due, units, Tick::FromSeconds(1)));
    CHECK_FALSE(gcra.Conforms(due, units, Tick::FromSeconds(1'000'000'000)));
    CHECK(gcra.Conforms(due, 100, Tick::FromSeconds(1'000'000'000)));
  }
}

TEST_CASE("a refused packet takes nothing", "[gcra]") {
  const Gcra gcra(1, 10);
  ArrivalTime due;
  REQUIRE(gcra.Conforms(due, 10, Tick{}));
  for (int i = 0; i < 1'000; ++i) REQUIRE_FALSE(gcra.Conforms(due, 1, Tick::FromMs(999)));
  CHECK(gcra.Conforms(due, 1, Tick::FromSeconds(1)));
}

TEST_CASE("while the clock stands still the burst is all there is", "[gcra]") {
  Rng rng(41);
  for (int i = 0; i < 200; ++i) {
    const uint64_t rate = LogUniform(rng, 1, static_cast<double>(kRateMax));
    const uint64_t burst = LogUniform(rng, 1, 100'000);
    const Gcra gcra(rate, burst);
    ArrivalTime due;
    const Tick now = Tick::FromSeconds(Pick(rng, 2'000'000'000));
    uint64_t taken = 0;
    for (int sent = 0; sent < 2'000; ++sent) {
      const uint64_t units = 1 + Pick(rng, 200);
      if (gcra.Conforms(due, units, now)) taken += units;
    }
    while (gcra.Conforms(due, 1, now)) ++taken;
    REQUIRE(taken == burst);
  }
}

TEST_CASE("a clock that goes backwards grants nothing twice, and what it owed is not forgotten", "[gcra]") {
  Rng rng(42);
  for (int i = 0; i < 200; ++i) {
    const uint64_t rate = LogUniform(rng, 1, 1e6);
    const uint64_t burst = LogUniform(rng, 1, 1'000);
    const Gcra gcra(rate, burst);
    ArrivalTime due;
    const uint64_t earliest = 100 * kSecondNs;
    uint64_t latest = earliest;
    uint64_t taken = 0;
    for (int sent = 0; sent < 2'000; ++sent) {
      const uint64_t now = earliest + Pick(rng, kSecondNs);
      latest = std::max(latest, now);
      if (gcra.Conforms(due, 1, Tick::FromNs(now))) ++taken;
    }
    const double window = static_cast<double>(latest - earliest) / kSecondNs;
    REQUIRE(static_cast<double>(taken) <= static_cast<double>(burst) + static_cast<double>(rate) * window * 1.000'001);
    const Tick recovered = Tick::FromSeconds(101 + 1 + burst / rate);
    REQUIRE(gcra.Conforms(due, burst, recovered));
  }
}

TEST_CASE("ticks near 2^63 and beyond shape like any others", "[gcra]") {
  Rng rng(43);
  for (const uint64_t start : {(uint64_t{1} << 63) - 10 * kSecondNs, uint64_t{1} << 63, UINT64_MAX - 100 * kSecondNs}) {
    for (const uint64_t rate : {uint64_t{4'000}, uint64_t{1'000'000}, kRateMax}) {
      const Mix mix = rate == kRateMax ? Mix{kFrameMin, kFrameMax} : Mix{1, 1};
      RequireShaped(rng, {rate, 4 * mix.max + 1, mix, 2.0, start});
    }
  }
}

TEST_CASE("a burst of more than the years that a tick counts is granted as far as ticks reach", "[gcra]") {
  const Gcra gcra(/*rate_per_s=*/1, kBurstMax);
  for (const uint64_t at : {uint64_t{0}, uint64_t{1} << 63, UINT64_MAX - kSecondNs}) {
    ArrivalTime due;
    uint64_t taken = 0;
    const uint64_t units = uint64_t{1} << 20;
    for (int i = 0; i < 100'000; ++i) {
      if (gcra.Conforms(due, units, Tick::FromNs(at))) taken += units;
    }
    CHECK(taken <= (UINT64_MAX - at) / kSecondNs + 1);
    CHECK(taken + units > (UINT64_MAX - at) / kSecondNs);
  }
}

}  // namespace
}  // namespace picket
