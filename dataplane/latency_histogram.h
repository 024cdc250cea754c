// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace picket {

// How often which time occurred, in buckets a sixteenth of an octave wide; owned by one thread.
//   units   nanoseconds; from 2^42 (73 minutes) on everything is in the last bucket
//   shapes  4.9 KiB, fixed
class LatencyHistogram {
 public:
  void Add(uint64_t ns, uint64_t times) {
    buckets_[BucketOf(ns)] += times;
    count_ += times;
  }

  // The least time that a share `q` of all were not above: the top of its bucket, at most one sixteenth too large. 0
  // when nothing was added.
  //   shapes  0 < q <= 1
  uint64_t Quantile(double q) const;
  uint64_t count() const { return count_; }
  LatencyHistogram& operator+=(const LatencyHistogram& other);

 private:
  static constexpr unsigned kStepBits = 4;  // 16 buckets an octave
  static constexpr unsigned kOctaves = 39;
  static size_t BucketOf(uint64_t ns);
  static uint64_t TopOf(size_t bucket);

  std::array<uint64_t, (kOctaves << kStepBits)> buckets_{};
  uint64_t count_ = 0;
};

}  // namespace picket
