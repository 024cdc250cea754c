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

using Order = LinkStateRelay::Order;

std::optional<Order> See(LinkStateRelay& relay, bool outside, bool inside, int64_t ms) {
  return relay.See({.outside_up = outside, .inside_up = inside}, Tick::FromMs(static_cast<uint64_t>(ms)));
}

// Two ports that each need a while to come up once they are told to and their cable is in.
struct SlowPorts {
  static constexpr int64_t kUpAfterMs = 1'500;
  struct Port {
    bool cable = true;
    bool wanted = true;
    int64_t since = 0;
    bool Up(int64_t ms) const { return cable && wanted && ms - since >= kUpAfterMs; }
    void Set(bool up, int64_t ms) {
      wanted = up;
      since = ms;
    }
  };
  Port outside;
  Port inside;
};

// Polls every 100 ms as the daemon does; returns how many polls found both up.
int Poll(LinkStateRelay& relay, SlowPorts& ports, int64_t from_ms, int64_t to_ms) {
  int both = 0;
  for (int64_t ms = from_ms; ms < to_ms; ms += 100) {
    both += ports.outside.Up(ms) && ports.inside.Up(ms) ? 1 : 0;
    const std::optional<Order> order = See(relay, ports.outside.Up(ms), ports.inside.Up(ms), ms);
    if (order) (order->port == Direction::kInward ? ports.outside : ports.inside).Set(order->up, ms);
  }
  return both;
}

TEST_CASE("Nothing is ordered before both sides were up once", "[watch]") {
  LinkStateRelay relay;
  CHECK_FALSE(See(relay, false, false, 0));
  CHECK_FALSE(See(relay, true, false, 100));
  CHECK_FALSE(See(relay, false, true, 200));
  CHECK_FALSE(See(relay, true, true, 300));
  CHECK(relay.changes() == 0);
}

TEST_CASE("A side that is not up in its time after the start takes the other down", "[watch]") {
  LinkStateRelay relay;
  CHECK_FALSE(See(relay, true, false, 500));
  CHECK_FALSE(See(relay, true, false, 10'499));
  const std::optional<Order> order = See(relay, true, false, 10'500);
  REQUIRE(order);
  CHECK(order->port == Direction::kInward);
  CHECK_FALSE(order->up);
}

TEST_CASE("The other side goes down with the one that failed, and up with it", "[watch]") {
  LinkStateRelay relay;
  See(relay, true, true, 0);
  std::optional<Order> order = See(relay, false, true, 100);
  REQUIRE(order);
  CHECK(order->port == Direction::kOutward);
  CHECK_FALSE(order->up);
  CHECK(relay.taken_down() == Direction::kOutward);
  CHECK_FALSE(See(relay, false, false, 200));
  order = See(relay, true, false, 300);
  REQUIRE(order);
  CHECK(order->port == Direction::kOutward);
  CHECK(order->up);
  CHECK_FALSE(relay.taken_down());
  CHECK_FALSE(See(relay, true, true, 400));
  CHECK(relay.changes() == 2);
}

TEST_CASE("The side we took down does not take the other down", "[watch]") {
  LinkStateRelay relay;
  See(relay, true, true, 0);
  REQUIRE(See(relay, true, false, 100));
  CHECK_FALSE(See(relay, false, false, 200));
  const std::optional<Order> order = See(relay, false, true, 300);
  REQUIRE(order);
  CHECK(order->port == Direction::kInward);
  CHECK(order->up);
}

TEST_CASE("Links that take their time come up and stay up", "[watch]") {
  LinkStateRelay relay;
  SlowPorts ports;
  ports.inside.since = 300;  // comes up a little later
  Poll(relay, ports, 0, 5'000);
  CHECK(relay.changes() == 0);
  ports.outside.cable = false;
  Poll(relay, ports, 5'000, 7'000);
  CHECK(relay.taken_down() == Direction::kOutward);
  ports.outside.cable = true;
  ports.outside.since = 7'000;
  CHECK(Poll(relay, ports, 7'000, 20'000) > 90);
  CHECK(relay.changes() == 2);
}

TEST_CASE("A side that fails while the other is being raised takes it down again", "[watch]") {
  LinkStateRelay relay;
  See(relay, true, true, 0);
  REQUIRE(See(relay, false, true, 100));
  REQUIRE(See(relay, true, false, 200));
  const std::optional<Order> order = See(relay, false, false, 300);
  REQUIRE(order);
  CHECK(order->port == Direction::kOutward);
  CHECK_FALSE(order->up);
}

TEST_CASE("A side that does not come up in its time counts as failed itself", "[watch]") {
  LinkStateRelay relay;
  See(relay, true, true, 0);
  REQUIRE(See(relay, false, true, 100));
  REQUIRE(See(relay, true, false, 200));
  CHECK_FALSE(See(relay, true, false, 5'199));
  const std::optional<Order> again = See(relay, true, false, 5'200);
  REQUIRE(again);
  CHECK(again->up);
  CHECK_FALSE(See(relay, true, false, 10'199));
  const std::optional<Order> order = See(relay, true, false, 10'200);
  REQUIRE(order);
  CHECK(order->port == Direction::kInward);
  CHECK_FALSE(order->up);
}

TEST_CASE("A port that cannot be set is left alone", "[watch]") {
  LinkStateRelay relay;
  See(relay, true, true, 0);
  CHECK_FALSE(relay.See({.outside_up = false, .inside_up = true, .inside_able = false}, Tick::FromMs(100)));
  CHECK(relay.See({.outside_up = true, .inside_up = false, .inside_able = false}, Tick::FromMs(200)));
}

}  // namespace
}  // namespace picket
