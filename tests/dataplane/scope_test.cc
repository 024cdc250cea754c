// SPDX-License-Identifier: Apache-2.0
#include "dataplane/scope.h"

#include <catch2/catch.hpp>
#include <random>

namespace picket {
namespace {

Scope Parsed(std::string_view text) { return ParseScope(text).value(); }

TEST_CASE("a scope prints as it was parsed", "[scope]") {
  for (const char* text : {"tcp", "udp", "icmp", "icmp6", "sctp", "gre", "esp", "0", "89", "255", "tcp/22", "udp/53",
                           "tcp/1-65535", "tcp/22,80,443", "udp/53,5353-5355"}) {
    CHECK(ToString(Parsed(text)) == text);
  }
  CHECK(ToString(Scope{}) == "any");
  CHECK(ToString(Parsed("6/22")) == "tcp/22");
  CHECK(ToString(Parsed("132")) == "sctp");
}

TEST_CASE("what is no scope is refused", "[scope]") {
  for (const char* text :
       {"",        "any",       "TCP",     "tcp ",    " tcp",    "256",       "-1",      "tcp/",    "tcp/0",
        "tcp/0-1", "tcp/65536", "tcp/2-1", "tcp/22-", "tcp/-22", "tcp/22,",   "tcp/,22", "tcp//22", "tcp/22;80",
        "icmp/8",  "sctp/80",   "47/80",   "tcp/22 ", "tcp/+22", "tcp/1-2-3", "/22",     "tcp/a"}) {
    INFO(text);
    CHECK_FALSE(ParseScope(text));
  }
  CHECK_FALSE(ParseScope(std::string_view("tcp\0", 4)));
}

TEST_CASE("ranges of a scope are sorted and merged where they touch or overlap", "[scope]") {
  CHECK(ToString(Parsed("tcp/443,22")) == "tcp/22,443");
  CHECK(ToString(Parsed("tcp/80,81,82")) == "tcp/80-82");
  CHECK(ToString(Parsed("tcp/20-30,25-40,41")) == "tcp/20-41");
  CHECK(ToString(Parsed("tcp/1-100,50")) == "tcp/1-100");
  CHECK(ToString(Parsed("tcp/65535,1-65534")) == "tcp/1-65535");
  CHECK(ToString(Parsed("tcp/80,80")) == "tcp/80");
  CHECK(ToString(Parsed("tcp/80,82")) == "tcp/80,82");
}

TEST_CASE("a scope has a most number of port ranges", "[scope]") {
  std::string text = "tcp/1";
  for (size_t i = 1; i < kPortRangesMax; ++i) text += "," + std::to_string(2 * i + 1);
  CHECK(Parsed(text).ports.size() == kPortRangesMax);
  CHECK_FALSE(ParseScope(text + ",60000"));
}

TEST_CASE("an empty scope matches every packet", "[scope]") {
  CHECK(Scope{}.IsEmpty());
  CHECK(Scope{}.Matches(kProtocolTcp, uint16_t{80}));
  CHECK(Scope{}.Matches(kProtocolGre, std::nullopt));
  CHECK(Scope{}.MayMatch(255));
}

TEST_CASE("a protocol scope matches its protocol, with and without ports", "[scope]") {
  CHECK(Parsed("tcp").Matches(kProtocolTcp, uint16_t{80}));
  CHECK(Parsed("tcp").Matches(kProtocolTcp, std::nullopt));
  CHECK_FALSE(Parsed("tcp").Matches(kProtocolUdp, uint16_t{80}));
  CHECK_FALSE(Parsed("tcp").IsEmpty());
  CHECK(Parsed("0").Matches(0, std::nullopt));
  CHECK_FALSE(Parsed("0").Matches(1, std::nullopt));
}

TEST_CASE("a port scope matches the bounds of its ranges and nothing beyond", "[scope]") {
  const Scope scope = Parsed("tcp/22,1000-2000,65535");
  for (const uint16_t in : {uint16_t{22}, uint16_t{1000}, uint16_t{1500}, uint16_t{2000}, uint16_t{65535}}) {
    CHECK(scope.Matches(kProtocolTcp, in));
    CHECK_FALSE(scope.Matches(kProtocolUdp, in));
  }
  for (const uint16_t out : {uint16_t{0}, uint16_t{21}, uint16_t{23}, uint16_t{999}, uint16_t{2001}, uint16_t{65534}}) {
    CHECK_FALSE(scope.Matches(kProtocolTcp, out));
  }
  CHECK_FALSE(scope.Matches(kProtocolTcp, std::nullopt));
  CHECK(scope.MayMatch(kProtocolTcp));
  CHECK_FALSE(scope.MayMatch(kProtocolUdp));
}

TEST_CASE("a random scope matches the ports it names, whatever their order", "[scope]") {
  std::mt19937_64 rng(70);
  for (int i = 0; i < 300; ++i) {
    std::vector<bool> named(100, false);
    std::string text = "udp/";
    for (uint64_t n = 1 + rng() % 12; n > 0; --n) {
      const uint64_t first = 1 + rng() % 90;
      const uint64_t last = first + rng() % 9;
      std::fill(named.begin() + static_cast<long>(first), named.begin() + static_cast<long>(last) + 1, true);
      text += std::to_string(first) + "-" + std::to_string(last) + (n > 1 ? "," : "");
    }
    INFO(text);
    const Scope scope = Parsed(text);
    for (uint16_t port = 0; port < 100; ++port) REQUIRE(scope.Matches(kProtocolUdp, port) == named[port]);
    for (size_t r = 1; r < scope.ports.size(); ++r) REQUIRE(scope.ports[r - 1].last + 1 < scope.ports[r].first);
    REQUIRE(Parsed(ToString(scope)) == scope);
  }
}

}  // namespace
}  // namespace picket
