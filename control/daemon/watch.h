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

inline constexpr Duration kRaiseAgainAfter = Duration::FromMs(5'000);
inline constexpr Duration kRaiseWithin = Duration::FromMs(10'000);

// Carries the link state of one port to the other, as a wire would: when one side goes down, the other is taken down
// too, and brought up after it. Nothing is ordered before both were up once or had kRaiseWithin for it, nor while a
// port that was told to come up is still at it: real links take seconds. It is told once more after kRaiseAgainAfter;
// one that is not up within kRaiseWithin counts as down by itself.
class LinkStateRelay {
 public:
  struct Order {
    Direction port = Direction::kInward;
    bool up = false;
  };
  // Which ports are up, and which can be set.
  struct Ports {
    bool outside_up = false;
    bool inside_up = false;
    bool outside_able = true;
    bool inside_able = true;
  };
  // What to do now; nothing when all is as it should be.
  std::optional<Order> See(const Ports& ports, Tick now);

  // The port that is down because of us, to be brought up when nobody relays any more.
  std::optional<Direction> taken_down() const;
  uint64_t changes() const { return changes_; }

 private:
  enum class State : uint8_t { kStarting, kUp, kDown, kRaising };

  std::optional<Order> Tell(bool up);
  std::optional<Order> TakeDown(Direction victim, bool able);

  State state_ = State::kStarting;
  Direction victim_ = Direction::kInward;  // in kDown and kRaising
  Tick since_;                             // the start, or when victim_ was told to come up
  bool seen_ = false;
  bool told_again_ = false;
  uint64_t changes_ = 0;
};

}  // namespace picket
