// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cassert>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace picket {

// When every reader has passed a quiescent point, in the manner of quiescent-state based reclamation: readers never
// wait and write only their own line; the writer waits by asking.
//   source  Hart, McKenney, Brown, Walpole: "Performance of memory reclamation for lockless synchronization" (2007).
//           All ordering is on the atomics themselves, no stand-alone fences, so ThreadSanitizer can follow it.
//   shapes  readers are numbered 0..readers-1; each number is used by one thread at a time and starts offline
class GracePeriod {
 public:
  explicit GracePeriod(size_t readers) : readers_(readers) {}

  // From here on the reader may hold what is published. Sequentially consistent with Advance(): either the writer sees
  // this reader online, or the reader sees what was published before the writer advanced.
  void Online(size_t reader) {
    uint64_t now = now_.load(std::memory_order_seq_cst);
    for (uint64_t seen = 0; seen != now;) {
      seen = now;
      readers_[reader].seen.store(seen, std::memory_order_seq_cst);
      now = now_.load(std::memory_order_seq_cst);
    }
  }
  // The reader holds nothing at this moment; once a batch.
  void Quiescent(size_t reader) {
    readers_[reader].seen.store(now_.load(std::memory_order_acquire), std::memory_order_release);
  }
  // The reader holds nothing until it is online again.
  void Offline(size_t reader) { readers_[reader].seen.store(kOffline, std::memory_order_release); }

  // Writer: begins a new period, after unlinking something. What was unlinked may be freed once Passed(result).
  uint64_t Advance() { return now_.fetch_add(1, std::memory_order_seq_cst) + 1; }
  bool Passed(uint64_t period) const {
    for (const Reader& r : readers_) {
      if (r.seen.load(std::memory_order_seq_cst) < period) return false;
    }
    return true;
  }

 private:
  static constexpr uint64_t kOffline = std::numeric_limits<uint64_t>::max();
  struct alignas(64) Reader {
    std::atomic<uint64_t> seen{kOffline};
  };
  alignas(64) std::atomic<uint64_t> now_{1};
  std::vector<Reader> readers_;
};

// One immutable T that a single writer replaces as a whole while readers use it.
//   Read() is valid until the reader's next Quiescent() or Offline(); a reader calls it once per batch, so that a batch
//   is judged by one picture. `grace` outlives this object; on destruction no reader may be online.
template <typename T>
class Published {
 public:
  Published(GracePeriod& grace, std::unique_ptr<const T> first) : grace_(grace), current_(first.release()) {}
  ~Published() { delete current_.load(std::memory_order_relaxed); }
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  const T& Read() const { return *current_.load(std::memory_order_acquire); }

  // Writer only. Readers see `next` from their next Read() on; the old picture is kept until Reclaim() finds it unused.
  void Publish(std::unique_ptr<const T> next) {
    assert(next != nullptr);
    std::unique_ptr<const T> old(current_.exchange(next.release(), std::memory_order_seq_cst));
    const uint64_t period = grace_.Advance();
    retired_.emplace_back(period, std::move(old));
  }

  // Writer only. Frees what no reader can hold any more; returns how many pictures still wait.
  size_t Reclaim() {
    while (!retired_.empty() && grace_.Passed(retired_.front().first)) retired_.pop_front();
    return retired_.size();
  }

 private:
  GracePeriod& grace_;
  std::atomic<const T*> current_;
  std::deque<std::pair<uint64_t, std::unique_ptr<const T>>> retired_;  // oldest period first
};

}  // namespace picket
