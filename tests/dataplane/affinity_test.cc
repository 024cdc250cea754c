// SPDX-License-Identifier: Apache-2.0
#include "dataplane/affinity.h"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/support/datagram.h"
#include "tests/support/mutate.h"
#include "tests/support/naive_affinity.h"
#include "tests/support/origins.h"

namespace picket {
namespace {

constexpr HashKey kKey = HashKey::FromSeed(1);
constexpr uint32_t kMany = 1 << 20;  // so many workers that two addresses hardly ever share one
constexpr std::array kDirections{Direction::kInward, Direction::kOutward};

uint32_t Worker(const Frame& frame, Direction direction = Direction::kInward, uint32_t workers = kMany) {
  const ExactCopy copy(frame);
  return WorkerOf(copy.view(), direction, kKey, workers);
}

// How the answer for a frame differs from the twin's; empty if it does not.
std::string Disagreement(const Frame& frame) {
  const ExactCopy copy(frame);
  for (const Direction d : kDirections) {
    for (const uint32_t workers : {1U, 2U, 7U, kMany}) {
      const uint32_t got = WorkerOf(copy.view(), d, kKey, workers);
      const uint32_t expected = NaiveWorkerOf(copy.view(), d, kKey, workers);
      if (got != expected)
        return std::to_string(got) + " is not " + std::to_string(expected) + ": " + ToHex(frame.bytes);
    }
  }
  return "";
}

TEST_CASE("the quick look at a frame agrees with the whole parser on all that tests build", "[affinity]") {
  for (const Origin& origin : BuiltFrames()) {
    INFO(origin.name);
    CHECK(Disagreement(origin.frame) == "");
  }
}

TEST_CASE("the quick look at a frame agrees with the whole parser on damaged and random frames", "[affinity]") {
  Rng rng(30);
  const std::vector<Origin> origins = BuiltFrames();
  uint64_t spread = 0;
  for (int i = 0; i < 60'000; ++i) {
    Frame frame = origins[Pick(rng, origins.size())].frame;
    Mutate(frame, rng);
    REQUIRE(Disagreement(frame) == "");
    spread += Worker(frame) != 0 ? 1 : 0;
  }
  CHECK(spread > 20'000);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes(Pick(rng, 80));
    for (uint8_t& b : bytes) b = static_cast<uint8_t>(rng());
    REQUIRE(Disagreement(Frame(bytes)) == "");
  }
}

TEST_CASE("the quick look at a frame ends with it, wherever it is cut", "[affinity]") {
  for (const Frame& whole :
       {Frame(PacketBuilder().Vlan().Vlan().Ipv4().Udp()), Frame(PacketBuilder().Vlan().Ipv6().Udp())}) {
    const size_t address_end = whole.bytes.size() - 8;
    for (size_t count = 0; count <= whole.bytes.size(); ++count) {
      CHECK(Disagreement(whole.SentShort(count)) == "");
      CHECK(Disagreement(whole.CutByCapture(count)) == "");
      CHECK(Worker(whole.SentShort(count)) == (count < address_end ? 0 : Worker(whole)));
    }
  }
}

TEST_CASE("both directions of a flow and all its protocols and tags belong to one worker", "[affinity]") {
  Rng rng(31);
  std::set<uint32_t> workers;
  for (int i = 0; i < 1'000; ++i) {
    const std::string outside = ToString(Address::V4(static_cast<uint32_t>(rng())));
    const std::string inside = ToString(Address::V4(static_cast<uint32_t>(rng())));
    const uint32_t worker = Worker(PacketBuilder().Ipv4({.source = outside, .destination = inside}).Udp());
    workers.insert(worker);
    const Ipv4Fields there{.source = outside, .destination = "198.51.100.9"};
    CHECK(Worker(PacketBuilder().Vlan().Ipv4(there).Tcp()) == worker);
    CHECK(Worker(PacketBuilder().Vlan().Vlan(2, 0x88a8).Ipv4(there).Icmp()) == worker);
    const Ipv4Fields back{.source = inside, .destination = outside};
    CHECK(Worker(PacketBuilder().Ipv4(back).Tcp(), Direction::kOutward) == worker);
    CHECK(Worker(PacketBuilder().Vlan().Ipv4(back).Udp(), Direction::kOutward) == worker);
  }
  CHECK(workers.size() > 990);
}

TEST_CASE("an IPv6 /64 belongs to one worker, its neighbours to others", "[affinity]") {
  const auto from = [](const char* source) { return Worker(PacketBuilder().Ipv6({.source = source}).Udp()); };
  CHECK(from("2001:db8:0:1::1") == from("2001:db8:0:1:ffff:ffff:ffff:ffff"));
  CHECK(from("2001:db8:0:1::1") != from("2001:db8:0:2::1"));
  const Frame back = PacketBuilder().Ipv6({.source = "2001:db8:ffff::1", .destination = "2001:db8:0:1::7"}).Tcp();
  CHECK(Worker(back, Direction::kOutward) == from("2001:db8:0:1::1"));
  CHECK(Worker(back, Direction::kInward) != from("2001:db8:0:1::1"));
}

TEST_CASE("all pieces of a datagram belong to one worker", "[affinity]") {
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const Datagram d{.family = family};
    for (const Frame& frame : {d.Middle(16), d.Last(24), d.Atomic(), d.Tiny(), d.LastOfTiny()}) {
      CHECK(Worker(frame) == Worker(d.First()));
    }
    CHECK(Worker(d.First()) != 0);
  }
}

TEST_CASE("what shows no address belongs to worker 0", "[affinity]") {
  for (const Frame& frame :
       {Frame(Bytes{}), Frame(PacketBuilder().Next(0x0806).Zeros(28)), Frame(PacketBuilder().Next(0x88cc).Zeros(40)),
        Frame(PacketBuilder().Vlan().Vlan().Vlan().Ipv4().Udp()), Frame(PacketBuilder().Ipv4({.version = 6}).Udp()),
        Frame(PacketBuilder().Ipv6({.version = 4}).Udp()), Frame(PacketBuilder(LinkLayer::kRawIp).Ipv4().Udp()),
        Frame(PacketBuilder(LinkLayer::kLinuxCooked).Ipv4().Udp())}) {
    for (const Direction d : kDirections) CHECK(Worker(frame, d) == 0);
  }
}

// The fullest and the emptiest worker's share of `count` packets lie within five standard deviations of an even one.
void CheckEven(uint32_t workers, const std::vector<Frame>& frames) {
  std::vector<uint64_t> share(workers);
  for (const Frame& frame : frames) {
    const uint32_t worker = Worker(frame, Direction::kInward, workers);
    REQUIRE(worker < workers);
    ++share[worker];
  }
  const double even = static_cast<double>(frames.size()) / workers;
  const double margin = 5 * std::sqrt(even);
  for (const uint64_t n : share) CHECK(std::abs(static_cast<double>(n) - even) < margin);
}

TEST_CASE("addresses in a row and networks in a row are spread evenly", "[affinity]") {
  std::vector<Frame> ipv4, ipv6;
  const Frame frame4 = PacketBuilder().Ipv4().Udp(), frame6 = PacketBuilder().Ipv6().Udp();
  for (uint32_t i = 0; i < 50'000; ++i) {
    ipv4.push_back(frame4);
    ipv6.push_back(frame6);
    for (unsigned byte = 0; byte < 4; ++byte) {
      ipv4.back().bytes[26 + byte] = static_cast<uint8_t>((0xcb00'7100 + i) >> (24 - 8 * byte));
      ipv6.back().bytes[26 + byte] = static_cast<uint8_t>(i >> (24 - 8 * byte));
    }
  }
  for (const uint32_t workers : {2U, 3U, 8U, 64U}) {
    CheckEven(workers, ipv4);
    CheckEven(workers, ipv6);
  }
}

TEST_CASE("who belongs to whom depends on the key", "[affinity]") {
  const ExactCopy copy(PacketBuilder().Ipv4().Udp());
  CHECK(WorkerOf(copy.view(), Direction::kInward, kKey, kMany) !=
        WorkerOf(copy.view(), Direction::kInward, HashKey::FromSeed(2), kMany));
}

}  // namespace
}  // namespace picket
