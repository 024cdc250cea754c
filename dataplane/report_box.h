// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>

namespace picket {

// How a worker tells its counters without sharing them: the asker raises `wanted_`, the worker copies its report at its
// next turn, the asker takes it. Neither waits for the other; one worker, one asker.
template <typename Report>
class ReportBox {
 public:
  // Worker, once a turn: a load of its own line unless somebody asked. `fill(report)` writes the report.
  template <typename Fill>
  void Answer(Fill fill) {
    const uint64_t wanted = wanted_.load(std::memory_order_acquire);
    if (wanted == given_.load(std::memory_order_relaxed)) [[likely]]
      return;
    fill(report_);
    given_.store(wanted, std::memory_order_release);
  }

  // Asker. An earlier question that is not answered yet stays the question.
  void Ask() {
    const uint64_t wanted = wanted_.load(std::memory_order_relaxed);
    if (given_.load(std::memory_order_acquire) == wanted) wanted_.store(wanted + 1, std::memory_order_release);
  }
  // Asker: the answer, or nullptr while the worker owes one. Valid until the next Ask().
  const Report* Answered() const {
    const bool answered = given_.load(std::memory_order_acquire) == wanted_.load(std::memory_order_relaxed);
    return answered ? &report_ : nullptr;
  }

 private:
  alignas(64) std::atomic<uint64_t> wanted_{0};
  alignas(64) std::atomic<uint64_t> given_{0};
  Report report_{};
};

}  // namespace picket
