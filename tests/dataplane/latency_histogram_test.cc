// SPDX-License-Identifier: Apache-2.0
#include "dataplane/latency_histogram.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/support/listing_builder.h"

namespace picket {
namespace {

constexpr uint64_t kLast = uint64_t{1} << 42;

uint64_t BucketTop(uint64_t ns) {
  LatencyHistogram h;
  h.Add(ns, 1);
  return h.Quantile(1);
}

TEST_CASE("a time is told as the top of its bucket, at most one sixteenth too large", "[latency]") {
  for (uint64_t ns = 0; ns < 100'000; ++ns) {
    REQUIRE(BucketTop(ns) >= ns);
    REQUIRE((BucketTop(ns) - ns) * 16 <= ns);
    REQUIRE(BucketTop(BucketTop(ns)) == BucketTop(ns));
    if (ns > 0) REQUIRE((BucketTop(ns) == BucketTop(ns - 1) || BucketTop(ns - 1) == ns - 1));
  }
  for (unsigned octave = 17; octave < 42; ++octave) {
    for (const uint64_t ns : {(uint64_t{1} << octave) - 1, uint64_t{1} << octave, (uint64_t{1} << octave) + 1}) {
      REQUIRE(BucketTop(ns) >= ns);
      REQUIRE((BucketTop(ns) - ns) * 16 <= ns);
    }
  }
}

TEST_CASE("times below 32 ns are exact", "[latency]") {
  for (uint64_t ns = 0; ns < 32; ++ns) CHECK(BucketTop(ns) == ns);
}

TEST_CASE("from 2^42 ns on all times share the last bucket", "[latency]") {
  CHECK(BucketTop(kLast - 1) == kLast - 1);
  for (const uint64_t ns : {kLast, kLast * 2, UINT64_MAX}) CHECK(BucketTop(ns) == kLast - 1);
}

TEST_CASE("quantiles are those of the sorted times", "[latency]") {
  Rng rng(60);
  for (int round = 0; round < 200; ++round) {
    LatencyHistogram h;
    std::vector<uint64_t> times;
    const double octaves = 1 + static_cast<double>(Pick(rng, 40));
    for (uint64_t i = 1 + Pick(rng, 500); i > 0; --i) {
      const auto ns = static_cast<uint64_t>(std::exp2(octaves * static_cast<double>(rng() >> 11) * 0x1p-53));
      const uint64_t count = 1 + Pick(rng, 3);
      h.Add(ns, count);
      times.insert(times.end(), count, ns);
    }
    std::sort(times.begin(), times.end());
    REQUIRE(h.count() == times.size());
    for (const double q : {1e-9, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(times.size())));
      REQUIRE(h.Quantile(q) == BucketTop(times[rank - 1]));
    }
  }
}

TEST_CASE("without times every quantile is 0", "[latency]") {
  CHECK(LatencyHistogram().Quantile(0.5) == 0);
  CHECK(LatencyHistogram().Quantile(1) == 0);
  CHECK(LatencyHistogram().count() == 0);
}

TEST_CASE("the sum of two histograms is the histogram of both", "[latency]") {
  Rng rng(61);
  LatencyHistogram a, b, both;
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t ns = rng() >> Pick(rng, 64);
    (Pick(rng, 3) == 0 ? a : b).Add(ns, 2);
    both.Add(ns, 2);
  }
  a += b;
  CHECK(a.count() == both.count());
  for (int i = 1; i <= 1'000; ++i) REQUIRE(a.Quantile(i / 1'000.0) == both.Quantile(i / 1'000.0));
}

}  // namespace
}  // namespace picket
