// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"

namespace picket {
namespace {

using Judgements = std::vector<Judgement>;
using Packet = PacketBuilder;

constexpr const char* kOver = "limit reputation_limit";
constexpr Tick kStart = Tick::FromSeconds(1'000);

// One packet a second, `burst` at once.
LinkPolicy Rate(RateKey key, uint64_t burst = 1, RateUnit unit = RateUnit::kPackets) {
  LinkPolicy policy = Enforcing();
  policy.rate_classes = {{.name = "slow", .unit = unit, .key = key, .rate_per_s = 1, .burst = burst}};
  return policy;
}

Listing Limited(std::string_view prefix, RateClassId rate_class = 0) {
  return Rated(rate_class, List(Tier::kFeed, prefix, Verdict::kLimit));
}

Frame From(const std::string& source) {
  if (source.find(':') != std::string::npos) return Packet().Ipv6({.source = source}).Udp();
  return Packet().Ipv4({.source = source}).Udp();
}

std::vector<Frame> FromAll(const std::vector<std::string>& sources) {
  return {From(sources[0]), From(sources[1]), From(sources[2]), From(sources[3])};
}

TEST_CASE("what exceeds the burst is limited and forgiven with time", "[limiter]") {
  Judge judge(Rate(RateKey::kHost, 2), {Limited("192.0.2.1")});
  const std::vector<Frame> three(3, From("192.0.2.1"));
  CHECK(judge.Run(three, kStart) == Judgements{"pass none", "pass none", kOver});
  CHECK(judge.One(three[0], kStart + Duration::FromMs(999)) == kOver);
  CHECK(judge.One(three[0], kStart + Duration::FromMs(1000)) == "pass none");
  CHECK(judge.One(three[0], kStart + Duration::FromMs(1999)) == kOver);
  CHECK(judge.Run(three, kStart + Duration::FromSeconds(60)) == Judgements{"pass none", "pass none", kOver});
}

TEST_CASE("a host key gives each address its own bucket", "[limiter]") {
  Judge judge(Rate(RateKey::kHost), {Limited("192.0.2.0/24"), Limited("2001:db8::/32")});
  const Judgements first(4, "pass none");
  CHECK(judge.Run(FromAll({"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"}), kStart) == first);
  CHECK(judge.One(From("192.0.2.2"), kStart) == kOver);
  CHECK(judge.One(From("2001:db8::2"), kStart) == kOver);
}

TEST_CASE("a subnet64 key is shared by an IPv6 /64, not in IPv4", "[limiter]") {
  Judge judge(Rate(RateKey::kSubnet64), {Limited("192.0.2.0/24"), Limited("2001:db8::/32")});
  CHECK(judge.Run(FromAll({"2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8:0:1::1", "2001:db8:0:1::2"}), kStart) ==
        Judgements{"pass none", kOver, "pass none", kOver});
  CHECK(judge.Run(FromAll({"192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"}), kStart) ==
        Judgements{"pass none", "pass none", kOver, kOver});
}

TEST_CASE("a prefix key is shared by all that the entry matched", "[limiter]") {
  Judge judge(Rate(RateKey::kPrefix), {Limited("192.0.2.0/24"), Limited("192.0.3.0/24"), Limited("2001:db8::/32")});
  CHECK(judge.Run(FromAll({"192.0.2.1", "192.0.2.255", "192.0.3.1", "192.0.3.2"}), kStart) ==
        Judgements{"pass none", kOver, "pass none", kOver});
  CHECK(judge.Run(FromAll({"2001:db8::1", "2001:db8:fffe::1", "2001:db9::1", "192.0.4.1"}), kStart) ==
        Judgements{"pass none", kOver, "pass none", "pass none"});
}

TEST_CASE("the workers of a link share the rate of a prefix, each has its own of hosts", "[limiter]") {
  const auto granted = [](RateKey key) {
    const PipelinePolicy policy(Rate(key, 3));
    const ReputationTable table(std::vector{Limited("192.0.2.0/24")});
    const WorkerLimits limits{64, 64, 64};
    const std::shared_ptr<SharedLimiter> shared = MakeSharedLimiter(limits, 1);
    WorkerState one(limits, 1, shared), two(limits, 2, shared), alone(limits, 3);
    std::vector<uint64_t> passed;
    for (WorkerState* worker : {&one, &two, &alone}) {
      BatchBuilder batch{From("192.0.2.1"), From("192.0.2.1")};
      RunPipeline(*batch, policy, table, *worker, kStart);
      passed.push_back(worker->counters[Verdict::kPass]);
    }
    return passed;
  };
  CHECK(granted(RateKey::kPrefix) == std::vector<uint64_t>{2, 1, 2});
  CHECK(granted(RateKey::kHost) == std::vector<uint64_t>{2, 2, 2});
}

TEST_CASE("a prefix key of length 0 is shared by a whole family", "[limiter]") {
  Judge judge(Rate(RateKey::kPrefix), {Limited("0.0.0.0/0"), Limited("::/0")});
  CHECK(judge.Run(FromAll({"192.0.2.1", "2001:db8::1", "203.0.113.1", "2001:db9::1"}), kStart) ==
        Judgements{"pass none", "pass none", kOver, kOver});
}

TEST_CASE("rate classes have buckets of their own", "[limiter]") {
  LinkPolicy policy = Rate(RateKey::kPrefix);
  policy.rate_classes.push_back({.name = "faster", .key = RateKey::kPrefix, .rate_per_s = 1, .burst = 2});
  Judge judge(policy, {Rated(0, List(Tier::kFeed, "192.0.2.0/24", Verdict::kLimit, "udp/53")),
                       Rated(1, List(Tier::kFeed, "192.0.2.0/24", Verdict::kLimit, "tcp"))});
  const Frame udp = From("192.0.2.1"), tcp = Packet().Ipv4().Tcp();
  CHECK(judge.Run({udp, tcp, udp, tcp, tcp}, kStart) ==
        Judgements{"pass none", "pass none", kOver, "pass none", kOver});
}

TEST_CASE("a bytes class counts wire bytes, also those a capture did not keep", "[limiter]") {
  const Frame hundred = Packet().Ipv4().Udp().Zeros(100 - 42);
  REQUIRE(hundred.bytes.size() == 100);
  Judge judge(Rate(RateKey::kHost, 250, RateUnit::kBytes), {Limited("192.0.2.1")});
  CHECK(judge.Run({hundred, hundred.CutByCapture(50), hundred.CutByCapture(50)}, kStart) ==
        Judgements{"pass none", "pass none", kOver});
  CHECK(judge.One(Packet().Ipv4().Udp().Zeros(50 - 42), kStart) == "pass none");
  CHECK(judge.One(Packet().Ipv4().Udp(), kStart) == kOver);
}

TEST_CASE("a frame longer than the burst never conforms", "[limiter]") {
  Judge judge(Rate(RateKey::kHost, 99, RateUnit::kBytes), {Limited("192.0.2.1")});
  CHECK(judge.One(Packet().Ipv4().Udp().Zeros(100 - 42), kStart) == kOver);
  CHECK(judge.One(Packet().Ipv4().Udp().Zeros(99 - 42), kStart) == "pass none");
}

TEST_CASE("outward packets charge the bucket of their destination", "[limiter]") {
  Judge judge(Rate(RateKey::kHost), {Limited("192.0.2.1")});
  const Frame answer = Packet().Ipv4({.source = "198.51.100.1", .destination = "192.0.2.1"}).Udp();
  CHECK(judge.One(From("192.0.2.1"), kStart, Direction::kInward) == "pass none");
  CHECK(judge.One(answer, kStart, Direction::kOutward) == kOver);
}

TEST_CASE("what is allowed or never blocked is not limited", "[limiter]") {
  const std::vector<Frame> two(2, From("192.0.2.1"));
  for (const Listing& over : {List(Tier::kOperator, "192.0.0.0/16", Verdict::kAllow),
                              List(Tier::kNeverBlock, "192.0.0.0/16", Verdict::kPass)}) {
    const Judgements judged = Judge(Rate(RateKey::kHost), {Limited("192.0.2.1"), over}).Run(two, kStart);
    CHECK(judged[1] != kOver);
    CHECK(judged[0] == judged[1]);
  }
  CHECK(Judge(Rate(RateKey::kHost), {Limited("192.0.2.1")}).Run(two, kStart)[1] == kOver);
}

TEST_CASE("packets within their rate keep what was said of them", "[limiter]") {
  LinkPolicy policy = Rate(RateKey::kHost);
  const Frame no_source_port = Packet().Ipv4().Udp({.source_port = 0});
  Judge judge(policy, {Limited("192.0.2.1")});
  CHECK(judge.Run({no_source_port, no_source_port}, kStart) == Judgements{"monitor udp_no_source_port", kOver});
}

}  // namespace
}  // namespace picket
