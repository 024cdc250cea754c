// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/watch.h"

namespace picket {

StallWatch::Change StallWatch::See(size_t worker, uint64_t heartbeat, Tick now) {
  Worker& w = workers_[worker];
  if (!w.seen || heartbeat != w.heartbeat) {
    const bool recovered = w.stalled;
    w.heartbeat = heartbeat;
    w.since = now;
    w.seen = true;
    w.stalled = false;
    return recovered ? Change::kRecovered : Change::kNone;
  }
  if (w.stalled || now - w.since < kStallAfter) return Change::kNone;
  w.stalled = true;
  ++w.stalls;
  return Change::kStalled;
}

std::optional<Direction> LinkStateRelay::taken_down() const {
  return state_ == State::kDown ? std::optional(victim_) : std::nullopt;
}

std::optional<LinkStateRelay::Order> LinkStateRelay::Tell(bool up) {
  ++changes_;
  return Order{victim_, up};
}

std::optional<LinkStateRelay::Order> LinkStateRelay::TakeDown(Direction victim, bool able) {
  if (!able) return std::nullopt;
  state_ = State::kDown;
  victim_ = victim;
  return Tell(false);
}

std::optional<LinkStateRelay::Order> LinkStateRelay::See(const Ports& ports, Tick now) {
  const bool both_up = ports.outside_up && ports.inside_up;
  const bool victim_is_outside = victim_ == Direction::kInward;
  const bool cause_up = victim_is_outside ? ports.inside_up : ports.outside_up;
  if (both_up && state_ != State::kDown) {
    state_ = State::kUp;
    return std::nullopt;
  }
  switch (state_) {
    case State::kStarting:
      if (!seen_) since_ = now;
      seen_ = true;
      if (now - since_ < kRaiseWithin) return std::nullopt;
      [[fallthrough]];
    case State::kUp:
      if (ports.outside_up == ports.inside_up) return std::nullopt;
      return ports.outside_up ? TakeDown(Direction::kInward, ports.outside_able)
                              : TakeDown(Direction::kOutward, ports.inside_able);
    case State::kDown:
      if (!cause_up) return std::nullopt;
      state_ = State::kRaising;
      since_ = now;
      told_again_ = false;
      return Tell(true);
    case State::kRaising:
      break;
  }
  if (!cause_up) return TakeDown(victim_, true);
  if (!told_again_ && now - since_ >= kRaiseAgainAfter) {
    told_again_ = true;
    return Tell(true);
  }
  if (now - since_ < kRaiseWithin) return std::nullopt;
  // It had its time: its own side must be down, so the other follows it.
  return TakeDown(victim_is_outside ? Direction::kOutward : Direction::kInward,
                  victim_is_outside ? ports.inside_able : ports.outside_able);
}

}  // namespace picket
