// SPDX-License-Identifier: Apache-2.0
#include "dataplane/counters.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "tests/support/batch_builder.h"

namespace picket {
namespace {

template <size_t N>
uint64_t Sum(const std::array<uint64_t, N>& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

TEST_CASE("every packet counts once as verdict, once as reason, and by its wire bytes", "[counters]") {
  const Frame tcp = PacketBuilder().Vlan().Ipv4().Tcp().Zeros(100);
  BatchBuilder batch = {tcp, tcp.CutByCapture(60), PacketBuilder().Next(0x0806).Zeros(28),
                        PacketBuilder().Ipv6().Fragment6({.fragment_offset = 8}).Zeros(3)};
  batch.Parsed();
  batch->Settle(0, Verdict::kDrop, Reason::kReputationDrop);
  Counters counters;
  Count(*batch, counters);
  CHECK(counters.packets == 4);
  CHECK(counters.bytes == 2 * tcp.bytes.size() + 42 + 14 + 40 + 8 + 3);
  CHECK(counters[Verdict::kDrop] == 1);
  CHECK(counters[Verdict::kPass] == 3);
  CHECK(counters[Reason::kReputationDrop] == 1);
  CHECK(counters[Reason::kArp] == 1);
  CHECK(counters[Reason::kNone] == 2);
  CHECK(Sum(counters.verdicts) == counters.packets);
  CHECK(Sum(counters.reasons) == counters.packets);
}

TEST_CASE("layers count the packets that have them", "[counters]") {
  BatchBuilder batch = {PacketBuilder().Vlan().Vlan().Ipv4().Tcp(), PacketBuilder().Ipv6().Fragment6().Udp(),
                        PacketBuilder().Next(0x0806), PacketBuilder().Next(0x88b5), PacketBuilder().Ipv4().Icmp()};
  batch.Parsed();
  Counters counters;
  Count(*batch, counters);
  for (size_t layer = 0; layer < kLayerCount; ++layer) {
    const std::string name(kLayerNames[layer]);
    INFO(name);
    const bool twice = name == "ipv4";
    const bool never = name == "icmp6" || name == "sctp" || name == "gre" || name == "esp";
    CHECK(counters[static_cast<Layer>(layer)] == (never ? 0U : twice ? 2U : 1U));
  }
}

TEST_CASE("counters add up over batches and workers", "[counters]") {
  Counters a, b;
  for (uint32_t size = 0; size <= kBatchMax; ++size) {
    BatchBuilder batch;
    for (uint32_t i = 0; i < size; ++i) batch.Add(PacketBuilder().Ipv4().Udp().Zeros(i));
    batch.Parsed();
    Count(*batch, size % 2 == 0 ? a : b);
  }
  Counters sum = a;
  sum += b;
  CHECK(sum.packets == 32 * 33 / 2);
  CHECK(sum.packets == a.packets + b.packets);
  CHECK(sum.bytes == a.bytes + b.bytes);
  CHECK(sum[Verdict::kPass] == sum.packets);
  CHECK(sum[Reason::kNone] == sum.packets);
  CHECK(sum[Layer::kIpv4] == sum.packets);
  CHECK(sum[Layer::kUdp] == a[Layer::kUdp] + b[Layer::kUdp]);
}

TEST_CASE("a ledger balances only if every packet left in exactly one way", "[ledger]") {
  CHECK(Ledger().Balances());
  const Ledger ledger{.received = 100, .originated = 7, .transmitted = 60, .dropped = 40, .consumed = 4, .lost = 3};
  CHECK(ledger.Balances());
  uint64_t Ledger::*const ways[] = {&Ledger::received, &Ledger::originated, &Ledger::transmitted,
                                    &Ledger::dropped,  &Ledger::consumed,   &Ledger::lost};
  for (uint64_t Ledger::*const way : ways) {
    Ledger off = ledger;
    ++(off.*way);
    CHECK_FALSE(off.Balances());
  }
  Ledger pair = ledger;
  ++pair.received;
  ++pair.lost;
  CHECK(pair.Balances());
}

}  // namespace
}  // namespace picket
