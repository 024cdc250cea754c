// SPDX-License-Identifier: Apache-2.0
#include "dataplane/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace picket {

// Below 16 each value has a bucket of its own; above, the leading bit is the octave and the next four the step.
size_t LatencyHistogram::BucketOf(uint64_t ns) {
  constexpr uint64_t kSteps = 1U << kStepBits;
  if (ns < kSteps) return ns;
  const auto octave = static_cast<unsigned>(std::bit_width(ns)) - kStepBits;
  const uint64_t step = ns >> (octave - 1) & (kSteps - 1);
  return std::min((uint64_t{octave} << kStepBits) + step, uint64_t{kOctaves << kStepBits} - 1);
}

uint64_t LatencyHistogram::TopOf(size_t bucket) {
  constexpr uint64_t kSteps = 1U << kStepBits;
  const uint64_t octave = bucket >> kStepBits;
  const uint64_t step = bucket & (kSteps - 1);
  if (octave == 0) return step;
  return ((kSteps + step + 1) << (octave - 1)) - 1;
}

uint64_t LatencyHistogram::Quantile(double q) const {
  const auto rank = static_cast<uint64_t>(std::ceil(q * static_cast<double>(count_)));
  uint64_t below = 0;
  for (size_t b = 0; b < buckets_.size(); ++b) {
    below += buckets_[b];
    if (count_ > 0 && below >= rank) return TopOf(b);
  }
  return 0;
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) {
  for (size_t b = 0; b < buckets_.size(); ++b) buckets_[b] += other.buckets_[b];
  count_ += other.count_;
  return *this;
}

}  // namespace picket
