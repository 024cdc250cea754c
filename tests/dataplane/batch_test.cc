// SPDX-License-Identifier: Apache-2.0
#include "dataplane/batch.h"

#include <catch2/catch.hpp>

#include "tests/support/batch_builder.h"

namespace picket {
namespace {

std::vector<uint32_t> Slots(const SlotRange& range) {
  std::vector<uint32_t> slots;
  for (const uint32_t slot : range) slots.push_back(slot);
  return slots;
}

TEST_CASE("a new batch is empty", "[batch]") {
  Batch batch;
  CHECK(Slots(batch.All()).empty());
  CHECK(Slots(batch.Live()).empty());
  CHECK_FALSE(batch.Full());
}

TEST_CASE("added packets are live, passing and without a reason, up to the batch's size", "[batch]") {
  Batch batch;
  for (uint32_t i = 0; i < kBatchMax; ++i) {
    CHECK_FALSE(batch.Full());
    CHECK(batch.Add({}, Direction::kInward) == i);
    CHECK(batch.IsLive(i));
    CHECK(batch.verdict[i] == Verdict::kPass);
    CHECK(batch.reason[i] == Reason::kNone);
    CHECK_FALSE(batch.decision[i].listed);
    CHECK(Slots(batch.All()).size() == i + 1);
  }
  CHECK(batch.Full());
  CHECK(Slots(batch.Live()) == Slots(batch.All()));
}

TEST_CASE("settled packets leave the live set and keep their slot", "[batch]") {
  Batch batch;
  for (int i = 0; i < 4; ++i) batch.Add({}, Direction::kInward);
  batch.Settle(1, Verdict::kDrop, Reason::kLand);
  batch.Note(2, Verdict::kMonitor, Reason::kReputationMonitor);
  CHECK(Slots(batch.Live()) == std::vector<uint32_t>{0, 2, 3});
  CHECK(Slots(batch.All()) == std::vector<uint32_t>{0, 1, 2, 3});
  CHECK(batch.verdict[1] == Verdict::kDrop);
  CHECK(batch.reason[1] == Reason::kLand);
  CHECK(batch.verdict[2] == Verdict::kMonitor);
  CHECK(batch.IsLive(2));
  CHECK_FALSE(batch.IsLive(1));
}

TEST_CASE("settling while walking the live set skips nobody", "[batch]") {
  Batch batch;
  for (uint32_t i = 0; i < kBatchMax; ++i) batch.Add({}, Direction::kInward);
  uint32_t walked = 0;
  for (const uint32_t slot : batch.Live()) {
    batch.Settle(slot, Verdict::kDrop, Reason::kLand);
    ++walked;
  }
  CHECK(walked == kBatchMax);
  CHECK(batch.live == 0);
}

TEST_CASE("a cleared batch forgets what was said of its slots", "[batch]") {
  Batch batch;
  batch.Add({}, Direction::kInward);
  batch.decision[0] = {.verdict = Verdict::kLimit, .listed = true};
  batch.Settle(0, Verdict::kDrop, Reason::kLand);
  batch.Clear();
  CHECK(Slots(batch.All()).empty());
  batch.Add({}, Direction::kOutward);
  CHECK(batch.IsLive(0));
  CHECK(batch.verdict[0] == Verdict::kPass);
  CHECK(batch.reason[0] == Reason::kNone);
  CHECK(batch.direction[0] == Direction::kOutward);
  CHECK(batch.decision[0].verdict == Verdict::kPass);
  CHECK_FALSE(batch.decision[0].listed);
}

TEST_CASE("outside, inside and service port depend on the direction", "[batch]") {
  const PacketBuilder udp = PacketBuilder()
                                .Ipv4({.source = "192.0.2.1", .destination = "198.51.100.1"})
                                .Udp({.source_port = 1000, .destination_port = 53});
  BatchBuilder batch;
  batch.Add(udp, Direction::kInward).Add(udp, Direction::kOutward).Add(PacketBuilder().Ipv4().Icmp()).Parsed();
  CHECK(ToString(batch->Outside(0)) == "192.0.2.1");
  CHECK(ToString(batch->Inside(0)) == "198.51.100.1");
  CHECK(batch->ServicePort(0) == 53);
  CHECK(ToString(batch->Outside(1)) == "198.51.100.1");
  CHECK(ToString(batch->Inside(1)) == "192.0.2.1");
  CHECK(batch->ServicePort(1) == 1000);
  CHECK_FALSE(batch->ServicePort(2));
}

}  // namespace
}  // namespace picket
