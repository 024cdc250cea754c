// SPDX-License-Identifier: Apache-2.0
#include "control/config.h"

#include <catch2/catch.hpp>

#include "tests/control/config_cases.h"

namespace picket {
namespace {

Config Valid(const std::string& text, const std::string& file = "p.toml") {
  ConfigResult result = ParseConfig(text, file);
  CHECK(result.problems == std::vector<std::string>{});
  REQUIRE(result.config);
  return *result.config;
}

Prefix P(const char* text) { return *ParsePrefix(text); }

TEST_CASE("an empty config is valid and has the defaults", "[config]") {
  const Config config = Valid("");
  CHECK(config.node.name == "picket");
  CHECK(config.node.mode == Mode::kMonitor);
  CHECK(config.node.worker_cores.empty());
  CHECK(config.links.empty());
  CHECK(config.malformed.verdict == MalformedPolicy().verdict);
  CHECK(config.ipv4_fragments.handling == FragmentHandling::kInspect);
  CHECK(config.ipv4_fragments.overlap == Verdict::kMonitor);
  CHECK(config.ipv6_fragments.overlap == Verdict::kDrop);
  CHECK(config.fragment_datagrams == 16'384);
  CHECK(config.limiter_buckets == 65'536);
  CHECK(config.limiter_prefix_buckets == 16'384);
}

TEST_CASE("every key of a link is read", "[config]") {
  const Config config = Valid(R"(
[node]
name = "edge-1"
mode = "enforce"
worker_cores = [3, 1]
[[link]]
name = "wan.0_a-B"
outside = "net_af_packet0,iface=pk-o"
inside = "0000:01:00.1"
protected = ["198.51.100.0/24", "2001:db8:51::/64", "203.0.113.9"]
never_block = ["192.0.2.0/30"]
trusted = ["::1"]
workers = 64
affinity = "software"
mtu = 9216
anti_spoof = "monitor"
propagate_link_state = false
latency_histogram = true
on_failure = "closed"
mode = "off"
prefix_modes = [{prefix = "198.51.100.0/28", mode = "enforce"}]
[[link]]
name = "lab"
outside = "a"
inside = "b"
)");
  CHECK(config.node.name == "edge-1");
  CHECK(config.node.mode == Mode::kEnforce);
  REQUIRE(config.links.size() == 2);
  const LinkConfig& wan = config.links[0];
  CHECK(wan.name == "wan.0_a-B");
  CHECK(wan.outside == "net_af_packet0,iface=pk-o");
  CHECK(wan.inside == "0000:01:00.1");
  CHECK(wan.protected_prefixes == std::vector{P("198.51.100.0/24"), P("2001:db8:51::/64"), P("203.0.113.9")});
  CHECK(wan.never_block == std::vector{P("192.0.2.0/30")});
  CHECK(wan.trusted == std::vector{P("::1")});
  CHECK(config.node.worker_cores == std::vector<uint32_t>{3, 1});
  CHECK(wan.workers == 64);
  CHECK(wan.affinity == Affinity::kSoftware);
  CHECK(wan.mtu == 9216);
  CHECK(wan.anti_spoof == Verdict::kMonitor);
  CHECK_FALSE(wan.propagate_link_state);
  CHECK(wan.latency_histogram);
  CHECK(wan.on_failure == OnFailure::kClosed);
  CHECK(wan.mode == Mode::kOff);
  REQUIRE(wan.prefix_modes.size() == 1);
  CHECK(wan.prefix_modes[0].prefix == P("198.51.100.0/28"));
  CHECK(wan.prefix_modes[0].mode == Mode::kEnforce);
  CHECK_FALSE(config.links[1].mode);
  CHECK(config.links[1].workers == 1);
  CHECK(config.links[1].affinity == Affinity::kAuto);
  CHECK(config.links[1].mtu == 1500);
  CHECK(config.links[1].anti_spoof == Verdict::kDrop);
  CHECK(config.links[1].propagate_link_state);
  CHECK_FALSE(config.links[1].latency_histogram);
  CHECK(config.links[1].on_failure == OnFailure::kOpen);
}

TEST_CASE("a rate class counts packets or bytes and its burst defaults to a tenth of a second", "[config]") {
  const Config config = Valid(R"(
rate_class = [
  {name = "a", packets_per_s = 5},
  {name = "b", packets_per_s = 2000, per = "host"},
  {name = "c", bytes_per_s = 1000, per = "prefix"},
  {name = "d", bytes_per_s = 12_500_000_000},
  {name = "e", bytes_per_s = 1, burst_bytes = 0x100_0000_0000, per = "subnet64"},
  {name = "f", packets_per_s = 7, burst_packets = 1},
]
)");
  struct Expected {
    RateUnit unit;
    RateKey key;
    uint64_t rate_per_s;
    uint64_t burst;
  };
  const std::vector<Expected> expected = {{RateUnit::kPackets, RateKey::kSubnet64, 5, 1},
                                          {RateUnit::kPackets, RateKey::kHost, 2000, 200},
                                          {RateUnit::kBytes, RateKey::kPrefix, 1000, 65'536},
                                          {RateUnit::kBytes, RateKey::kSubnet64, kRateMax, kRateMax / 10},
                                          {RateUnit::kBytes, RateKey::kSubnet64, 1, kBurstMax},
                                          {RateUnit::kPackets, RateKey::kSubnet64, 7, 1}};
  REQUIRE(config.rate_classes.size() == expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO(config.rate_classes[i].name);
    CHECK(config.rate_classes[i].unit == expected[i].unit);
    CHECK(config.rate_classes[i].key == expected[i].key);
    CHECK(config.rate_classes[i].rate_per_s == expected[i].rate_per_s);
    CHECK(config.rate_classes[i].burst == expected[i].burst);
  }
}

TEST_CASE("every key of a feed is read, and its file is found from the config's folder", "[config]") {
  const std::string text = R"(
[[feed]]
name = "level1"
file = "lists/level1.netset"
format = "ipset_save"
tier = "operator"
verdict = "limit"
rate_class = "slow"
category = "brute_force"
score = 100
scope = "tcp/22,80-90"
[[feed]]
name = "plain"
file = "/var/lib/list"
[[rate_class]]
name = "slow"
packets_per_s = 1
)";
  const Config config = Valid(text, "/etc/picket/picket.toml");
  REQUIRE(config.feeds.size() == 2);
  const FeedConfig& feed = config.feeds[0];
  CHECK(feed.name == "level1");
  CHECK(feed.file == "/etc/picket/lists/level1.netset");
  CHECK(feed.format == FeedFormat::kIpsetSave);
  CHECK(feed.tier == Tier::kOperator);
  CHECK(feed.verdict == Verdict::kLimit);
  CHECK(feed.rate_class == "slow");
  CHECK(feed.category == Category::kBruteForce);
  CHECK(feed.score == 100);
  CHECK(ToString(feed.scope) == "tcp/22,80-90");
  CHECK(config.feeds[1].file == "/var/lib/list");
  CHECK(config.feeds[1].verdict == Verdict::kDrop);
  CHECK(config.feeds[1].tier == Tier::kFeed);
  CHECK(config.feeds[1].score == 50);
  CHECK_FALSE(config.feeds[1].format);
  CHECK(config.feeds[1].scope.IsEmpty());
  CHECK(Valid(text, "picket.toml").feeds[0].file == "lists/level1.netset");
  CHECK(Valid(text, "../picket.toml").feeds[0].file == "../lists/level1.netset");
}

TEST_CASE("a malformed reason without its own verdict takes the default", "[config]") {
  const MalformedPolicy policy = Valid("[malformed]\ndefault = 'monitor'\nland = 'pass'\nport_zero = 'drop'").malformed;
  CHECK(policy[Reason::kLand] == Verdict::kPass);
  CHECK(policy[Reason::kPortZero] == Verdict::kDrop);
  CHECK(policy[Reason::kFragTiny] == Verdict::kMonitor);
  const MalformedPolicy partial = Valid("[malformed]\nland = 'pass'").malformed;
  CHECK(partial[Reason::kLand] == Verdict::kPass);
  CHECK(partial[Reason::kFragTiny] == MalformedPolicy()[Reason::kFragTiny]);
}

TEST_CASE("fragment policies and table sizes are read", "[config]") {
  const Config config = Valid(R"(
fragments = {ipv4 = "drop", ipv6 = "pass", ipv4_overlap = "drop", ipv6_overlap = "pass", datagrams = 4_194_304}
limiter = {buckets = 64, prefix_buckets = 128}
)");
  CHECK(config.ipv4_fragments.handling == FragmentHandling::kDrop);
  CHECK(config.ipv4_fragments.overlap == Verdict::kDrop);
  CHECK(config.ipv6_fragments.handling == FragmentHandling::kPass);
  CHECK(config.ipv6_fragments.overlap == Verdict::kPass);
  CHECK(config.fragment_datagrams == 4'194'304);
  CHECK(config.limiter_buckets == 64);
  CHECK(config.limiter_prefix_buckets == 128);
}

TEST_CASE("a link's policy takes what the link leaves open from the node", "[config]") {
  const Config config = Valid(R"(
[node]
mode = "enforce"
[[link]]
name = "a"
outside = "o1"
inside = "i1"
anti_spoof = "monitor"
protected = ["10.9.0.0/16"]
never_block = ["192.0.2.0/30"]
trusted = ["192.0.2.9"]
prefix_modes = [
  {prefix = "10.0.0.0/8", mode = "off"},
  {prefix = "2001:db8::/64", mode = "off"},
  {prefix = "10.1.0.0/16", mode = "monitor"},
]
[[link]]
name = "b"
outside = "o2"
inside = "i2"
mode = "off"
[malformed]
default = "pass"
[fragments]
ipv4 = "drop"
ipv6 = "pass"
[[rate_class]]
name = "slow"
packets_per_s = 3
)");
  const LinkPolicy a = PolicyOf(config, config.links[0]);
  CHECK(a.mode == Mode::kEnforce);
  REQUIRE(a.prefix_modes.size() == 3);
  CHECK(a.prefix_modes[0].prefix == P("2001:db8::/64"));
  CHECK(a.prefix_modes[1].prefix == P("10.1.0.0/16"));
  CHECK(a.prefix_modes[1].mode == Mode::kMonitor);
  CHECK(a.prefix_modes[2].prefix == P("10.0.0.0/8"));
  CHECK(a.malformed[Reason::kLand] == Verdict::kPass);
  CHECK(a.ipv4_fragments.handling == FragmentHandling::kDrop);
  CHECK(a.ipv6_fragments.handling == FragmentHandling::kPass);
  REQUIRE(a.rate_classes.size() == 1);
  CHECK(a.rate_classes[0].name == "slow");
  CHECK(a.anti_spoof.verdict == Verdict::kMonitor);
  CHECK(a.anti_spoof.protected_prefixes == std::vector{P("10.9.0.0/16")});
  CHECK(a.anti_spoof.exempt == std::vector{P("192.0.2.0/30"), P("192.0.2.9")});
  CHECK(PolicyOf(config, config.links[1]).mode == Mode::kOff);
  CHECK(PolicyOf(config, config.links[1]).anti_spoof.verdict == Verdict::kDrop);
}

TEST_CASE("all problems of a config come at once, in the order of the file", "[config]") {
  CheckConfigCases(
      {{R"([node]
nmae = "edge"
mode = "enforec"
[[link]]
name = "wan 0"
outside = "o0"
protected = ["198.51.100.7/24", "198.51.100.0/25"]
workers = "1"
workers = 2
[[link]]
name = "lab"
outside = "o0"
inside = "i1"
protected = ["198.51.100.0/28"]
on_failure = "opne"
[node]
mode = 1
[[rate_class]]
name = "slow"
[[feed]]
name = "ü"
file = "x"
verdict = "limit"
rate_class = "slwo"
score = 101
[[link]]
name = "lab"
outside = "o2"
inside = "i2"
prefix_modes = [{prefix = "300.1.1.1", mode = "off", x = 1}]
[fragmnts]
)",
        {"2:1: node.nmae: unknown key (did you mean `name`?)",
         "3:8: node.mode: \"enforec\" is none of off, monitor, enforce (did you mean `enforce`?)",
         "4:1: link.inside: missing",
         "5:8: link.name: \"wan 0\" is no name (use letters, digits, `.`, `_` and `-`)",
         "7:14: link.protected: \"198.51.100.7/24\" has bits set after its length (write 198.51.100.0/24)",
         "8:11: link.workers: expected an integer, found a string",
         "9:1: link.workers: duplicate key (keep one)",
         "12:11: link.outside: \"o0\" is used already in line 6",
         "14:14: link.protected: 198.51.100.0/28 overlaps 198.51.100.0/25 in line 7 (protect it on one link)",
         "15:14: link.on_failure: \"opne\" is none of open, closed (did you mean `open`?)",
         "16:1: node: duplicate table (keep one)",
         "17:8: node.mode: expected a string, found an integer",
         "18:1: rate_class.packets_per_s: missing (or give bytes_per_s)",
         "21:8: feed.name: \"\\303\\274\" is no name (use letters, digits, `.`, `_` and `-`)",
         "24:14: feed.rate_class: no [[rate_class]] is named \"slwo\" (did you mean `slow`?)",
         "25:9: feed.score: 101 is out of range (0 to 100)",
         "27:8: link.name: \"lab\" is used already in line 11",
         "30:27: link.prefix_modes.prefix: \"300.1.1.1\" is no prefix (write ADDRESS or ADDRESS/LENGTH)",
         "30:54: link.prefix_modes.x: unknown key (known here: prefix, mode)",
         "31:2: fragmnts: unknown key (did you mean `fragments`?)"}}});
}

}  // namespace
}  // namespace picket
