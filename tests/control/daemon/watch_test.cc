// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/watch.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

using Change = StallWatch::Change;

TEST_CASE("A worker whose heartbeat changes is not stalled", "[watch]") {
  StallWatch watch(1);
  for (uint64_t beat = 0; beat < 100; ++beat) CHECK(watch.See(0, beat, Tick::FromMs(beat * 900)) == Change::kNone);
  CHECK(watch.stalls(0) == 0);
}

TEST_CASE("A heartbeat that stays for a second is one stall, and moving ends it", "[watch]") {
  StallWatch watch(2);
  CHECK(watch.See(1, 7, Tick::FromMs(0)) == Change::kNone);
  CHECK(watch.See(1, 7, Tick::FromMs(999)) == Change::kNone);
  CHECK(watch.See(1, 7, Tick::FromMs(1000)) == Change::kStalled);
  CHECK(watch.See(1, 7, Tick::FromMs(3000)) == Change::kNone);
  CHECK(watch.stalls(1) == 1);
  CHECK(watch.See(1, 8, Tick::FromMs(3100)) == Change::kRecovered);
  CHECK(watch.See(1, 9, Tick::FromMs(3200)) == Change::kNone);
  CHECK(watch.stalls(0) == 0);
}

TEST_CASE("Each standstill counts", "[watch]") {
  StallWatch watch(1);
  watch.See(0, 0, Tick::FromMs(0));
  CHECK(watch.See(0, 0, Tick::FromMs(1000)) == Change::kStalled);
  CHECK(watch.See(0, 1, Tick::FromMs(2000)) == Change::kRecovered);
  CHECK(watch.See(0, 1, Tick::FromMs(3000)) == Change::kStalled);
  CHECK(watch.stalls(0) == 2);
}

// Port states as the relay sees them; both can be set unless said otherwise.
std::optional<LinkStateRelay::Order> See(LinkStateRelay& relay, bool outside, bool inside) {
  return relay.See(outside, inside, true, true);
}

TEST_CASE("Nothing is ordered while both sides are alike", "[watch]") {
  LinkStateRelay relay;
  CHECK_FALSE(See(relay, true, true));
  CHECK_FALSE(See(relay, false, false));
  CHECK(relay.changes() == 0);
}

TEST_CASE("The other side goes down with the one that failed, and up with it", "[watch]") {
  LinkStateRelay relay;
  auto order = See(relay, false, true);
  REQUIRE(order);
  CHECK(order->port == Direction::kOutward);
  CHECK_FALSE(order->up);
  CHECK_FALSE(See(relay, false, false));
  order = See(relay, true, false);
  REQUIRE(order);
  CHECK(order->port == Direction::kOutward);
  CHECK(order->up);
  CHECK_FALSE(See(relay, true, true));
  CHECK(relay.changes() == 2);
}

TEST_CASE("The side we took down does not take the other down", "[watch]") {
  LinkStateRelay relay;
  REQUIRE(See(relay, true, false));       // inside failed: outside is taken down
  CHECK_FALSE(See(relay, false, false));  // which is our doing
  const auto order = See(relay, false, true);
  REQUIRE(order);
  CHECK(order->port == Direction::kInward);
  CHECK(order->up);
}

TEST_CASE("A port that cannot be set is left alone", "[watch]") {
  LinkStateRelay relay;
  CHECK_FALSE(relay.See(false, true, true, false));
  CHECK(relay.See(true, false, true, false));
}

}  // namespace
}  // namespace picket
