// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/memory_link.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/support/judge.h"
#include "tests/support/mutate.h"
#include "tests/support/origins.h"

namespace picket {
namespace {

constexpr WorkerLimits kRoomy{.fragment_datagrams = 65'536, .limiter_buckets = 65'536, .prefix_buckets = 1'024};

// A packet on its way, with its bytes.
struct Sent {
  Frame frame;
  Direction from = Direction::kInward;
  Tick time;
};

// One family's addresses and headers, so that traffic is written once.
struct Ends {
  Family family;
  std::string outside;
  std::string inside;
};

// An outside address of one of the kinds that listings below speak of, and an inside one.
Ends RandomEnds(Rng& rng) {
  const std::string host = std::to_string(Pick(rng, 256));
  const std::string service = std::to_string(10 + Pick(rng, 4));
  if (Pick(rng, 2) == 0) return {Family::kIpv4, "203.0.113." + host, "198.51.100." + service};
  const std::string network = std::string(1, "abcd"[Pick(rng, 4)]) + ":" + std::to_string(Pick(rng, 6));
  return {Family::kIpv6, "2001:db8:" + network + "::" + host, "2001:db8:51::" + service};
}

PacketBuilder Begin(const Ends& ends, Direction from, Rng& rng) {
  PacketBuilder packet;
  if (Pick(rng, 4) == 0) packet.Vlan();
  const bool inward = from == Direction::kInward;
  const std::string& source = inward ? ends.outside : ends.inside;
  const std::string& destination = inward ? ends.inside : ends.outside;
  if (ends.family == Family::kIpv4) return packet.Ipv4({.source = source, .destination = destination});
  return packet.Ipv6({.source = source, .destination = destination});
}

PacketBuilder Whole(const Ends& ends, Direction from, Rng& rng) {
  const auto port = static_cast<uint16_t>(Pick(rng, 2) == 0 ? 53 : 443);
  PacketBuilder packet = Begin(ends, from, rng);
  const bool inward = from == Direction::kInward;
  const uint16_t source_port = inward ? 40'000 : port, destination_port = inward ? port : 40'000;
  switch (Pick(rng, 3)) {
    case 0:
      return packet.Tcp({.source_port = source_port, .destination_port = destination_port}).Zeros(Pick(rng, 100));
    case 1:
      return packet.Udp({.source_port = source_port, .destination_port = destination_port}).Zeros(Pick(rng, 100));
    default:
      return ends.family == Family::kIpv4 ? packet.Icmp() : packet.Icmp6();
  }
}

// The pieces of a UDP datagram; one may be missing, come twice or come first.
std::vector<Frame> Pieces(const Ends& ends, Direction from, Rng& rng) {
  const bool inward = from == Direction::kInward;
  const auto id = static_cast<uint16_t>(rng());
  const auto port = static_cast<uint16_t>(Pick(rng, 2) == 0 ? 53 : 443);
  std::vector<Frame> frames;
  for (const uint16_t offset : std::array<uint16_t, 3>{0, 24, 48}) {
    const bool more = offset < 48;
    PacketBuilder packet;
    const std::string& source = inward ? ends.outside : ends.inside;
    const std::string& destination = inward ? ends.inside : ends.outside;
    if (ends.family == Family::kIpv4) {
      packet.Ipv4(
          {.source = source, .destination = destination, .id = id, .fragment_offset = offset, .more_fragments = more});
    } else {
      packet.Ipv6({.source = source, .destination = destination})
          .Fragment6({.id = id, .fragment_offset = offset, .more_fragments = more});
    }
    const UdpFields udp{.source_port = inward ? uint16_t{40'000} : port,
                        .destination_port = inward ? port : uint16_t{40'000},
                        .length = 72};
    frames.push_back(offset == 0 ? packet.Udp(udp).Zeros(16) : packet.Next(17).Zeros(24));
  }
  const uint64_t odd = Pick(rng, 6);
  if (odd < 3) frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(odd));
  if (odd == 3) frames.push_back(frames[1]);
  if (odd == 4) std::swap(frames[0], frames[1]);
  return frames;
}

// Everything at once: both families and directions, fragments, forged sources, every flaw, damage. Packets come in
// groups of one time.
std::vector<Sent> Traffic(uint64_t seed, size_t count) {
  Rng rng(seed);
  const std::vector<Origin> origins = BuiltFrames();
  std::vector<Sent> traffic;
  Tick now = Tick::FromSeconds(1'000);
  while (traffic.size() < count) {
    if (Pick(rng, 40) == 0) now = now + Duration::FromMs(static_cast<int64_t>(Pick(rng, 60)));
    const Ends ends = RandomEnds(rng);
    const Direction from = Pick(rng, 3) == 0 ? Direction::kOutward : Direction::kInward;
    const uint64_t kind = Pick(rng, 20);
    if (kind < 3) {
      for (const Frame& frame : Pieces(ends, from, rng)) traffic.push_back({frame, from, now});
    } else if (kind == 3) {
      traffic.push_back({origins[Pick(rng, origins.size())].frame, from, now});
    } else {
      const bool forged = kind == 4;
      const Direction other = from == Direction::kInward ? Direction::kOutward : Direction::kInward;
      traffic.push_back({Whole(ends, forged ? other : from, rng), from, now});
    }
    if (Pick(rng, 30) == 0) Mutate(traffic.back().frame, rng);
  }
  traffic.resize(count);
  return traffic;
}

LinkPolicy Policy(uint64_t prefix_rate_per_s) {
  LinkPolicy policy = Enforcing();
  policy.anti_spoof = {Verdict::kDrop,
                       {*ParsePrefix("198.51.100.0/24"), *ParsePrefix("2001:db8:51::/64")},
                       {*ParsePrefix("192.0.2.0/24")}};
  policy.rate_classes = {
      {.name = "host", .key = RateKey::kHost, .rate_per_s = 2, .burst = 2},
      {.name = "subnet", .unit = RateUnit::kBytes, .key = RateKey::kSubnet64, .rate_per_s = 4'000, .burst = 900},
      {.name = "prefix", .key = RateKey::kPrefix, .rate_per_s = prefix_rate_per_s, .burst = prefix_rate_per_s / 10},
      {.name = "bytes",
       .unit = RateUnit::kBytes,
       .key = RateKey::kPrefix,
       .rate_per_s = prefix_rate_per_s * 40,
       .burst = 2'000 + prefix_rate_per_s}};
  return policy;
}

std::vector<Listing> Listings() {
  const auto limit = [](std::string_view prefix, RateClassId rate_class) {
    return Rated(rate_class, List(Tier::kFeed, prefix, Verdict::kLimit));
  };
  return {limit("203.0.113.0/26", 0),
          limit("2001:db8:a::/48", 1),
          limit("203.0.113.64/26", 2),
          limit("2001:db8:b::/48", 3),
          List(Tier::kFeed, "203.0.113.128/26", Verdict::kDrop, "udp/53"),
          List(Tier::kFeed, "2001:db8:c::/48", Verdict::kDrop, "udp/53"),
          List(Tier::kOperator, "203.0.113.192/28", Verdict::kMonitor)};
}

struct Result {
  std::vector<Judgement> judged;
  std::array<std::vector<size_t>, 2> sent;
  Counters counters;
  std::set<uint32_t> workers;
};

Result RunLink(const std::vector<Sent>& traffic, const LinkPolicy& link_policy, uint32_t workers, uint32_t burst) {
  const PipelinePolicy policy(link_policy);
  const ReputationTable table(Listings());
  MemoryLink link(policy, table, workers, burst, kRoomy, /*seed=*/7);
  std::vector<ExactCopy> copies;
  std::vector<MemoryPacket> packets;
  for (const Sent& s : traffic) {
    copies.emplace_back(s.frame);
    packets.push_back({copies.back().view(), s.from, s.time});
  }
  MemoryRun run = link.Run(packets);
  Result result;
  result.sent = std::move(run.sent);
  for (const MemoryJudgement& j : run.judged) {
    result.judged.push_back(std::string(Name(j.verdict)) + " " + std::string(Name(j.reason)));
    result.workers.insert(j.worker);
  }
  for (const WorkerState& w : link.workers()) {
    result.counters += w.counters;
    CHECK(w.fragments.evicted() == 0);
    CHECK(w.limiter_evicted() == 0);
  }
  CHECK(link.ledger().received == traffic.size());
  CHECK(link.ledger().transmitted == result.sent[0].size() + result.sent[1].size());
  CHECK(link.ledger().Balances());
  CHECK(result.counters.packets == traffic.size());
  return result;
}

// Frame by frame, so that a difference shows its frame.
void CheckSameJudgements(const Result& a, const Result& b, const std::vector<Sent>& traffic) {
  REQUIRE(a.judged.size() == b.judged.size());
  for (size_t i = 0; i < a.judged.size(); ++i) {
    if (a.judged[i] == b.judged[i]) continue;
    INFO("packet " << i << ": " << ToHex(traffic[i].frame.bytes));
    REQUIRE(a.judged[i] == b.judged[i]);
  }
  CHECK(a.counters.verdicts == b.counters.verdicts);
  CHECK(a.counters.reasons == b.counters.reasons);
  CHECK(a.counters.layers == b.counters.layers);
  CHECK(a.counters.bytes == b.counters.bytes);
}

TEST_CASE("1, 2 and 8 workers judge every frame alike in the order of arrival", "[memory_link]") {
  for (const uint64_t seed : {1U, 2U, 3U}) {
    const std::vector<Sent> traffic = Traffic(seed, 12'000);
    const Result one = RunLink(traffic, Policy(20), 1, /*burst=*/1);
    for (const uint32_t workers : {2U, 8U}) {
      const Result many = RunLink(traffic, Policy(20), workers, /*burst=*/1);
      CheckSameJudgements(one, many, traffic);
      CHECK(many.sent == one.sent);
      CHECK(many.workers.size() == workers);
    }
  }
}

TEST_CASE("1, 2 and 8 workers judge every frame of a burst alike where no rate is shared by them", "[memory_link]") {
  const std::vector<Sent> traffic = Traffic(4, 12'000);
  const Result one = RunLink(traffic, Policy(1'000'000), 1, /*burst=*/1);
  for (const uint32_t workers : {1U, 2U, 8U}) {
    for (const uint32_t burst : {32U, 500U}) {
      CheckSameJudgements(one, RunLink(traffic, Policy(1'000'000), workers, burst), traffic);
    }
  }
}

TEST_CASE("workers that share a rate grant together what one would", "[memory_link]") {
  std::vector<Sent> traffic;
  Rng rng(5);
  Tick now = Tick::FromSeconds(1'000);
  for (int i = 0; i < 8'000; ++i) {
    if (i % 64 == 0) now = now + Duration::FromMs(static_cast<int64_t>(Pick(rng, 900)));
    const std::string source = "203.0.113." + std::to_string(64 + Pick(rng, 64));
    traffic.push_back(
        {PacketBuilder().Ipv4({.source = source, .destination = "198.51.100.10"}).Udp(), Direction::kInward, now});
  }
  const Result one = RunLink(traffic, Policy(30), 1, 64);
  CHECK(one.counters[Reason::kReputationLimit] > 1'000);
  CHECK(one.counters[Verdict::kPass] > 200);
  for (const uint32_t workers : {2U, 8U}) {
    const Result many = RunLink(traffic, Policy(30), workers, 64);
    CHECK(many.counters.reasons == one.counters.reasons);
    CHECK(many.workers.size() == workers);
  }
}

TEST_CASE("the traffic of these tests meets every stage", "[memory_link]") {
  const Result result = RunLink(Traffic(1, 12'000), Policy(20), 8, 32);
  using enum Reason;
  for (const Reason r : {kNone, kArp, kPortZero, kSpoofedInside, kSpoofedOutside, kFragOverlap, kFragFollows,
                         kFragNoFirst, kReputationDrop, kReputationMonitor, kReputationLimit}) {
    INFO(Name(r));
    CHECK(result.counters[r] > 0);
  }
  CHECK(result.sent[0].size() > 1'000);
  CHECK(result.sent[1].size() > 1'000);
}

TEST_CASE("packets leave through the other port in the order in which they were judged", "[memory_link]") {
  const PipelinePolicy policy(Enforcing());
  const ReputationTable table(std::vector{List(Tier::kFeed, "192.0.2.9", Verdict::kDrop)});
  MemoryLink link(policy, table, /*workers=*/1, /*burst=*/4, kRoomy, /*seed=*/1);
  const ExactCopy good(PacketBuilder().Ipv4().Udp()), bad(PacketBuilder().Ipv4({.source = "192.0.2.9"}).Udp());
  const MemoryRun run = link.Run(std::vector<MemoryPacket>{{good.view(), Direction::kInward, {}},
                                                           {bad.view(), Direction::kInward, {}},
                                                           {good.view(), Direction::kOutward, {}},
                                                           {good.view(), Direction::kInward, Tick::FromMs(1)}});
  CHECK(run.sent[0] == std::vector<size_t>{0, 3});
  CHECK(run.sent[1] == std::vector<size_t>{2});
  CHECK(run.judged[1] == MemoryJudgement{Verdict::kDrop, Reason::kReputationDrop, 0});
  CHECK(link.ledger().dropped == 1);
  CHECK(link.Run({}).judged.empty());
  CHECK(link.ledger().Balances());
}

}  // namespace
}  // namespace picket
