// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/tick.h"

namespace picket {

inline constexpr Duration kStallAfter = Duration::FromMs(1000);

// Sees workers that stand still: a heartbeat that stays the same for kStallAfter.
class StallWatch {
 public:
  explicit StallWatch(size_t workers) : workers_(workers) {}

  enum class Change : uint8_t { kNone, kStalled, kRecovered };
  // Takes the worker's heartbeat at `now`; says what that changes.
  Change See(size_t worker, uint64_t heartbeat, Tick now);
  uint64_t stalls(size_t worker) const { return workers_[worker].stalls; }

 private:
  struct Worker {
    uint64_t heartbeat = 0;
    Tick since;
    bool seen = false;
    bool stalled = false;
    uint64_t stalls = 0;
  };
  std::vector<Worker> workers_;
};

// Carries the link state of one port to the other, as a wire would: when one side goes down, the other is taken down.
// A port that was taken down by us says nothing about its own side until it is up again.
class LinkStateRelay {
 public:
  struct Order {
    Direction port = Direction::kInward;
    bool up = false;
  };
  // What to do, given which ports are up; nothing when all is as it should be.
  //   shapes  index is the Direction of what the port receives; `able` says which ports can be set
  std::optional<Order> See(bool outside_up, bool inside_up, bool outside_able, bool inside_able);
  uint64_t changes() const { return changes_; }

 private:
  std::optional<Direction> taken_down_;
  uint64_t changes_ = 0;
};

}  // namespace picket
