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

std::optional<LinkStateRelay::Order> LinkStateRelay::See(bool outside_up, bool inside_up, bool outside_able,
                                                         bool inside_able) {
  std::optional<Order> order;
  if (taken_down_) {
    const bool cause_is_up = *taken_down_ == Direction::kInward ? inside_up : outside_up;
    if (cause_is_up) {
      order = Order{*taken_down_, true};
      taken_down_.reset();
    }
  } else if (outside_up != inside_up) {
    const Direction victim = outside_up ? Direction::kInward : Direction::kOutward;
    if (victim == Direction::kInward ? outside_able : inside_able) {
      order = Order{victim, false};
      taken_down_ = victim;
    }
  }
  if (order) ++changes_;
  return order;
}

}  // namespace picket
