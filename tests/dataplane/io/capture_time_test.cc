// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_time.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

TEST_CASE("a resolution is a power of ten or of two that fits 64 bits", "[capture]") {
  CHECK(TicksPerSecond(0) == 1);
  CHECK(TicksPerSecond(6) == 1'000'000);
  CHECK(TicksPerSecond(9) == 1'000'000'000);
  CHECK(TicksPerSecond(19) == 10'000'000'000'000'000'000u);
  CHECK_FALSE(TicksPerSecond(20));
  CHECK_FALSE(TicksPerSecond(127));
  CHECK(TicksPerSecond(0x80) == 1);
  CHECK(TicksPerSecond(0x80 | 32) == uint64_t{1} << 32);
  CHECK(TicksPerSecond(0x80 | 63) == uint64_t{1} << 63);
  CHECK_FALSE(TicksPerSecond(0x80 | 64));
  CHECK_FALSE(TicksPerSecond(0xff));
}

TEST_CASE("a timestamp becomes nanoseconds, rounded down", "[capture]") {
  CHECK(CaptureTime(1'700'000'000'123'456, 1'000'000, 0).ns == 1'700'000'000'123'456'000);
  CHECK(CaptureTime(3, 1, 0).ns == 3'000'000'000);
  CHECK(CaptureTime((uint64_t{5} << 32) + (uint64_t{1} << 31), uint64_t{1} << 32, 0).ns == 5'500'000'000);
  CHECK(CaptureTime((uint64_t{1} << 63) + (uint64_t{1} << 62), uint64_t{1} << 63, 0).ns == 1'500'000'000);
  CHECK(CaptureTime(1'999'999'999'999, 1'000'000'000'000, 0).ns == 1'999'999'999);
  CHECK(CaptureTime(9'999'999'999'999'999'999u, 10'000'000'000'000'000'000u, 0).ns == 999'999'999);
}

TEST_CASE("a timestamp offset moves the clock both ways", "[capture]") {
  CHECK(CaptureTime(1'500'000, 1'000'000, 10).ns == 11'500'000'000);
  CHECK(CaptureTime(11'500'000, 1'000'000, -10).ns == 1'500'000'000);
}

TEST_CASE("a time that cannot be represented saturates", "[capture]") {
  CHECK(CaptureTime(UINT64_MAX, 1, 0) == kCaptureTimeMax);
  CHECK(CaptureTime(UINT64_MAX, 1, INT64_MAX) == kCaptureTimeMax);
  CHECK(CaptureTime(0, 1, INT64_MAX) == kCaptureTimeMax);
  CHECK(CaptureTime(0, 1'000'000, INT64_MIN).ns == 0);
  CHECK(CaptureTime(UINT64_MAX, 1'000'000'000, INT64_MIN).ns == 0);
  CHECK(CaptureTime(9'223'372'036, 1, 0).ns == 9'223'372'036'000'000'000);
  CHECK(CaptureTime(9'223'372'036'854'775'807, 1'000'000'000, 0) == kCaptureTimeMax);
  CHECK(CaptureTime(9'223'372'037, 1, 0) == kCaptureTimeMax);
  CHECK(CaptureTime(UINT64_MAX, 1, INT64_MIN) == kCaptureTimeMax);
}

}  // namespace
}  // namespace picket
