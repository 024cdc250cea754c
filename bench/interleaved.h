// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "dataplane/batch.h"

namespace picket {

inline constexpr uint32_t kBatchesPerCall = 64;
inline constexpr uint32_t kPacketsPerCall = kBatchesPerCall * kBatchMax;

// The middle one; at least one value.
inline double Median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Runs `subject` and `baseline` in turn, each a call of kPacketsPerCall packets, so that both meet the same machine: a
// ratio stays true where a time alone does not.
//   units   counters: `ns` and `baseline_ns` per packet, `ratio` of the two, each the median over all turns
template <typename Subject, typename Baseline>
void Interleave(benchmark::State& state, Subject subject, Baseline baseline) {
  using Clock = std::chrono::steady_clock;
  const auto time = [](auto& run) {
    const Clock::time_point begin = Clock::now();
    run();
    benchmark::ClobberMemory();
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
  };
  std::vector<double> subject_ns, baseline_ns, ratio;
  bool first = false;
  for (auto _ : state) {
    first = !first;
    const double before = first ? 0 : time(baseline);
    const double s = time(subject);
    const double b = first ? time(baseline) : before;
    state.SetIterationTime(s / 1e9);
    subject_ns.push_back(s / kPacketsPerCall);
    baseline_ns.push_back(b / kPacketsPerCall);
    ratio.push_back(s / b);
  }
  state.counters["ns"] = Median(subject_ns);
  state.counters["baseline_ns"] = Median(baseline_ns);
  state.counters["ratio"] = Median(ratio);
}

// Walks a stream again and again, a batch at a time.
//   shapes  `size` is a multiple of kBatchMax
class Cursor {
 public:
  explicit Cursor(size_t size, size_t at = 0) : size_(size), at_(at) {}
  // The index of the next batch's first element.
  size_t Next() {
    const size_t now = at_;
    at_ = at_ + kBatchMax == size_ ? 0 : at_ + kBatchMax;
    return now;
  }

 private:
  size_t size_;
  size_t at_;
};

}  // namespace picket
