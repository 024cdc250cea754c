// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/spreading.h"

#include <catch2/catch.hpp>

namespace picket {
namespace {

constexpr DeviceAbilities kAble = {
    .rx_queues_max = 8, .tx_queues_max = 8, .rss_by_address = true, .rss_by_subnet = true};

struct Outcome {
  absl::Status status;
  Spreading spreading = Spreading::kAuto;
  std::string note;
};
Outcome Settle(Spreading wanted, const DeviceAbilities& can, const SpreadingNeed& need) {
  Outcome o{.status = {}, .spreading = wanted, .note = {}};
  o.status = SettleSpreading({.place = "link a, inside", .device = "net_x0"}, can, need, o.spreading, o.note);
  return o;
}
std::string TextOf(const Outcome& o) { return std::string(o.status.message()); }

TEST_CASE("A device that spreads by address leaves the choice as it is", "[spreading]") {
  for (const Spreading wanted : {Spreading::kAuto, Spreading::kRss, Spreading::kSoftware}) {
    const Outcome o = Settle(wanted, kAble, {.workers = 8});
    CHECK(o.status.ok());
    CHECK(o.spreading == wanted);
  }
}

TEST_CASE("Auto falls back to software and says why", "[spreading]") {
  DeviceAbilities can = kAble;
  can.rss_by_address = can.rss_by_subnet = false;
  Outcome o = Settle(Spreading::kAuto, can, {.workers = 2});
  CHECK(o.spreading == Spreading::kSoftware);
  CHECK(o.note == "net_x0 cannot spread by the outside address");
  o = Settle(Spreading::kAuto, kAble, {.workers = 9});
  CHECK(o.spreading == Spreading::kSoftware);
  CHECK(o.note == "net_x0 has too few queues");
}

TEST_CASE("Rss is refused where the device cannot, with what to change", "[spreading]") {
  DeviceAbilities can = kAble;
  can.rx_queues_max = 1;
  CHECK_THAT(TextOf(Settle(Spreading::kRss, can, {.workers = 2})), Catch::Contains("1 rx queues, 2 are needed"));
  can = kAble;
  can.tx_queues_max = 1;
  CHECK_THAT(TextOf(Settle(Spreading::kRss, can, {.workers = 2})), Catch::Contains("1 tx queues, 2 are needed"));
  can = kAble;
  can.rss_by_address = false;
  CHECK_THAT(TextOf(Settle(Spreading::kRss, can, {.workers = 2})), Catch::Contains("the outside address alone"));
}

TEST_CASE("Rates per /64 need a device that spreads by /64", "[spreading]") {
  DeviceAbilities can = kAble;
  can.rss_by_subnet = false;
  CHECK_THAT(TextOf(Settle(Spreading::kRss, can, {.workers = 2, .owns_subnets = true})), Catch::Contains("/64"));
  CHECK(Settle(Spreading::kRss, can, {.workers = 2, .owns_subnets = false}).status.ok());
  CHECK(Settle(Spreading::kAuto, can, {.workers = 2, .owns_subnets = true}).spreading == Spreading::kSoftware);
}

TEST_CASE("Each way of spreading has its own name", "[spreading]") {
  CHECK(Name(Spreading::kAuto) == "auto");
  CHECK(Name(Spreading::kRss) == "rss");
  CHECK(Name(Spreading::kSoftware) == "software");
  CHECK(Name(Spreading::kSingle) == "single");
}

}  // namespace
}  // namespace picket
