// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/control/config_cases.h"

// What may stand in each table: a text and its problems.
namespace picket {
namespace {

std::string Link(const std::string& more, const std::string& name = "l") {
  return "[[link]]\nname = '" + name + "'\noutside = '" + name + "-o'\ninside = '" + name + "-i'\n" + more + "\n";
}
std::string Feed(const std::string& more) { return "[[feed]]\nname = 'f'\nfile = 'f.txt'\n" + more + "\n"; }
std::string RateClass(const std::string& more) { return "[[rate_class]]\nname = 'r'\n" + more + "\n"; }

TEST_CASE("unknown keys are reported with what was probably meant", "[config]") {
  CheckConfigCases({
      {"lnk = 1", {"1:1: lnk: unknown key (did you mean `link`?)"}},
      {"\nzzz = 1",
       {"2:1: zzz: unknown key (known here: node, link, rate_class, feed, malformed, fragments, limiter)"}},
      {"[node]\n  mdoe = 'off'", {"2:3: node.mdoe: unknown key (did you mean `mode`?)"}},
      {"[node.name]", {"1:1: node.name: expected a string, found a table"}},
      {"node.'a b' = 1", {"1:6: node.a b: unknown key (known here: name, mode, worker_cores)"}},
      {"[malformed]\nlnad = 'drop'", {"2:1: malformed.lnad: unknown key (did you mean `land`?)"}},
      {"[malformed]\nfrag_policy = 'drop'", {"2:1: malformed.frag_policy: unknown key"}},
      {"[limiter]\n\"\\u001b[31m\" = 1", {"2:1: limiter.\\033[31m: unknown key (known here: buckets, prefix_buckets)"}},
  });
}

TEST_CASE("a value of another type is named with both types", "[config]") {
  CheckConfigCases({
      {"[node]\nname = 1", {"2:8: node.name: expected a string, found an integer"}},
      {"[node]\nmode = true", {"2:8: node.mode: expected a string, found a boolean"}},
      {"[limiter]\nbuckets = 64.0", {"2:11: limiter.buckets: expected an integer, found a float"}},
      {"[limiter]\nbuckets = 1979-05-27", {"2:11: limiter.buckets: expected an integer, found a date"}},
      {"[limiter]\nbuckets = 07:32:00", {"2:11: limiter.buckets: expected an integer, found a time"}},
      {"[limiter]\nbuckets = 1979-05-27T07:32:00Z",
       {"2:11: limiter.buckets: expected an integer, found a date and time"}},
      {"[limiter]\nbuckets = []", {"2:11: limiter.buckets: expected an integer, found a list"}},
      {"node = 1", {"1:8: node: expected one table [node], found an integer"}},
      {"[[node]]\nname = 1",
       {"1:1: node: expected one table [node], found a list", "2:8: node.name: expected a string, found an integer"}},
      {"[feed]\nname = 'f'",
       {"1:1: feed.file: missing", "1:1: feed: expected tables, each as [[feed]], found a table"}},
      {"link = ['a']", {"1:9: link: expected tables, each as [[link]], found a string"}},
      {Link("protected = '::/0'"), {"5:13: link.protected: expected a list of strings, found a string"}},
      {Link("protected = ['::1', 1]"), {"5:21: link.protected: expected a string, found an integer"}},
      {Link("[link.prefix_modes]"),
       {"5:1: link.prefix_modes.mode: missing", "5:1: link.prefix_modes.prefix: missing",
        "5:1: link.prefix_modes: expected tables, each as [[link.prefix_modes]], found a table"}},
  });
}

TEST_CASE("texts have limits and no control characters", "[config]") {
  const std::string name64(64, 'n');
  const std::string name65(65, 'n');
  CheckConfigCases({
      {"node.name = '" + name64 + "'", {}},
      {"node.name = '" + name65 + "'", {"1:13: node.name: has 65 bytes (at most 64)"}},
      {"node.name = ''", {"1:13: node.name: is empty"}},
      {"node.name = 'a/b'", {"1:13: node.name: \"a/b\" is no name (use letters, digits, `.`, `_` and `-`)"}},
      {"[[feed]]\nname = 'f'\nfile = \"a\\u0000b\"", {"3:8: feed.file: \"a\\000b\" has control characters"}},
      {"[[feed]]\nname = 'f'\nfile = '" + std::string(4096, 'x') + "'",
       {"3:8: feed.file: has 4096 bytes (at most 4095)"}},
      {"node.mode = '" + std::string(200, 'x') + "'",
       {"1:13: node.mode: \"" + std::string(64, 'x') + "...\" is none of off, monitor, enforce"}},
  });
}

TEST_CASE("a link has a name, two devices of its own and checked prefixes", "[config]") {
  CheckConfigCases({
      {Link(""), {}},
      {"[[link]]", {"1:1: link.inside: missing", "1:1: link.name: missing", "1:1: link.outside: missing"}},
      {"link = [{}]", {"1:9: link.inside: missing", "1:9: link.name: missing", "1:9: link.outside: missing"}},
      {"[[link]]\nname = 'l'\noutside = 'd'\ninside = 'd'", {"4:10: link.inside: \"d\" is used already in line 3"}},
      {"[[link]]\nname = 'l'\noutside = 'net_null0,size=64'\ninside = 'net_null0,size=65'",
       {"4:10: link.inside: \"net_null0\" is used already in line 3"}},
      {Link("workers = 0"), {"5:11: link.workers: 0 is out of range (1 to 64)"}},
      {Link("workers = -1"), {"5:11: link.workers: -1 is out of range (1 to 64)"}},
      {Link("workers = 65"), {"5:11: link.workers: 65 is out of range (1 to 64)"}},
      {Link("affinity = 'rs'"), {"5:12: link.affinity: \"rs\" is none of auto, rss, software (did you mean `rss`?)"}},
      {Link("mtu = 576\nanti_spoof = 'monitor'\npropagate_link_state = false"), {}},
      {Link("mtu = 575"), {"5:7: link.mtu: 575 is out of range (576 to 9216)"}},
      {Link("mtu = 9217"), {"5:7: link.mtu: 9217 is out of range (576 to 9216)"}},
      {Link("anti_spoof = 'limit'"), {"5:14: link.anti_spoof: \"limit\" is none of drop, monitor, pass"}},
      {Link("propagate_link_state = 'yes'"),
       {"5:24: link.propagate_link_state: expected true or false, found a string"}},
      {Link("latency_histogram = 1"), {"5:21: link.latency_histogram: expected true or false, found an integer"}},
      {Link("never_block = ['10.0.0.0/8', '10.0.0.0/8']"),
       {"5:30: link.never_block: 10.0.0.0/8 is listed already in line 5"}},
      {Link("trusted = [\n'2001:db8::1/64',\n'::1', 'nine', '::1']"),
       {"6:1: link.trusted: \"2001:db8::1/64\" has bits set after its length (write 2001:db8::/64)",
        "7:8: link.trusted: \"nine\" is no prefix (write ADDRESS or ADDRESS/LENGTH)",
        "7:16: link.trusted: ::1 is listed already in line 7"}},
  });
}

TEST_CASE("worker cores are distinct CPU numbers", "[config]") {
  std::string cores;
  for (uint32_t i = 0; i < 1024; ++i) cores += std::to_string(i) + ",\n";
  CheckConfigCases({
      {"node.worker_cores = [1023, 0, 7]", {}},
      {"node.worker_cores = [\n" + cores + "]", {}},
      {"node.worker_cores = [\n" + cores + "0]", {"1026:1: node.worker_cores: 1025 numbers (at most 1024)"}},
      {"node.worker_cores = []", {"1:21: node.worker_cores: is empty (leave it out for the default)"}},
      {"node.worker_cores = 1", {"1:21: node.worker_cores: expected a list of integers, found an integer"}},
      {"node.worker_cores = [1, 'a',\n1, -1, 1024]",
       {"1:25: node.worker_cores: expected an integer, found a string", "2:1: node.worker_cores: 1 is listed already",
        "2:4: node.worker_cores: -1 is out of range (0 to 1023)",
        "2:8: node.worker_cores: 1024 is out of range (0 to 1023)"}},
  });
}

TEST_CASE("links protect disjoint prefixes", "[config]") {
  CheckConfigCases({
      {Link("protected = ['10.0.0.0/8', '10.1.0.0/16', '::/0']"), {}},
      {Link("protected = ['10.0.0.0/9', '2001:db8::/64']", "a") +
           Link("protected = ['10.128.0.0/9', '2001:db8:0:1::/64']", "b"),
       {}},
      {Link("protected = ['0.0.0.0/0']", "a") + Link("protected = ['::/0']", "b"), {}},
      {Link("protected = ['10.1.0.0/16']", "a") + Link("protected = ['10.0.0.0/8']", "b"),
       {"10:14: link.protected: 10.0.0.0/8 overlaps 10.1.0.0/16 in line 5 (protect it on one link)"}},
      {Link("protected = ['10.0.0.0/8', '10.1.0.0/16']", "a") + Link("protected = ['10.1.2.3']", "b"),
       {"10:14: link.protected: 10.1.2.3 overlaps 10.1.0.0/16 in line 5 (protect it on one link)"}},
      {Link("protected = ['::1']", "a") + Link("protected = ['::1']", "b"),
       {"10:14: link.protected: ::1 overlaps ::1 in line 5 (protect it on one link)"}},
  });
}

TEST_CASE("prefix modes need a prefix of their own and a mode", "[config]") {
  CheckConfigCases({
      {Link("[[link.prefix_modes]]\nprefix = '::1'\nmode = 'off'"), {}},
      {Link("prefix_modes = [{prefix = '::1'}, {mode = 'off'}]"),
       {"5:17: link.prefix_modes.mode: missing", "5:35: link.prefix_modes.prefix: missing"}},
      {Link("prefix_modes = [{prefix = '::1', mode = 'off'},\n{prefix = '::1', mode = 'on'}]"),
       {"6:11: link.prefix_modes.prefix: ::1 has a mode already in line 5",
        "6:25: link.prefix_modes.mode: \"on\" is none of off, monitor, enforce"}},
  });
}

TEST_CASE("a rate class has exactly one rate and the burst that goes with it", "[config]") {
  CheckConfigCases({
      {RateClass(""), {"1:1: rate_class.packets_per_s: missing (or give bytes_per_s)"}},
      {"[[rate_class]]\npackets_per_s = 1", {"1:1: rate_class.name: missing"}},
      {RateClass("packets_per_s = 1\nbytes_per_s = 1"),
       {"4:15: rate_class.bytes_per_s: packets_per_s is there too (keep one)"}},
      {RateClass("bytes_per_s = 1\npackets_per_s = 1"),
       {"4:17: rate_class.packets_per_s: bytes_per_s is there too (keep one)"}},
      {RateClass("packets_per_s = 1\nburst_bytes = 1"),
       {"4:15: rate_class.burst_bytes: does not go with packets_per_s (write burst_packets)"}},
      {RateClass("bytes_per_s = 1\nburst_packets = 1"),
       {"4:17: rate_class.burst_packets: does not go with bytes_per_s (write burst_bytes)"}},
      {RateClass("packets_per_s = 0"), {"3:17: rate_class.packets_per_s: 0 is out of range (1 to 12500000000)"}},
      {RateClass("bytes_per_s = 12_500_000_001"),
       {"3:15: rate_class.bytes_per_s: 12500000001 is out of range (1 to 12500000000)"}},
      {RateClass("bytes_per_s = 1\nburst_bytes = 0"),
       {"4:15: rate_class.burst_bytes: 0 is out of range (1 to 1099511627776)"}},
      {RateClass("bytes_per_s = 1\nper = 'subnet'"),
       {"4:7: rate_class.per: \"subnet\" is none of host, subnet64, prefix (did you mean `subnet64`?)"}},
      {RateClass("bytes_per_s = 1") + RateClass("bytes_per_s = 2"),
       {"5:8: rate_class.name: \"r\" is used already in line 2"}},
  });
}

TEST_CASE("a feed's verdict and rate class belong together", "[config]") {
  const std::string slow = RateClass("packets_per_s = 1");
  CheckConfigCases({
      {Feed("verdict = 'limit'\nrate_class = 'r'") + slow, {}},
      {Feed("verdict = 'limit'"), {"4:11: feed.verdict: \"limit\" needs a rate_class"}},
      {Feed("rate_class = 'r'") + slow, {"4:14: feed.rate_class: goes with verdict \"limit\" only"}},
      {Feed("verdict = 'drop'\nrate_class = 'r'") + slow, {"5:14: feed.rate_class: goes with verdict \"limit\" only"}},
      {Feed("verdict = 'limt'\nrate_class = 'r'") + slow,
       {"4:11: feed.verdict: \"limt\" is none of allow, monitor, limit, challenge, decoy, drop (did you mean "
        "`limit`?)"}},
      {Feed("verdict = 'limit'\nrate_class = 'x'"), {"5:14: feed.rate_class: no [[rate_class]] is named \"x\""}},
      {Feed("verdict = 'limit'\nrate_class = 'r'") + RateClass("packets_per_s = 0"),
       {"8:17: rate_class.packets_per_s: 0 is out of range (1 to 12500000000)"}},
      {Feed("verdict = 'pass'"),
       {"4:11: feed.verdict: \"pass\" is none of allow, monitor, limit, challenge, decoy, drop"}},
  });
}

TEST_CASE("a feed's other keys are checked", "[config]") {
  CheckConfigCases({
      {"[[feed]]", {"1:1: feed.file: missing", "1:1: feed.name: missing"}},
      {Feed("format = 'ipset'"), {"4:10: feed.format: \"ipset\" is none of plain, firehol, ipset_save"}},
      {Feed("tier = 'never_block'"), {"4:8: feed.tier: \"never_block\" is none of feed, fleet, operator"}},
      {Feed("category = 'scaner'"),
       {"4:12: feed.category: \"scaner\" is none of unknown, scanner, research_scanner, botnet, brute_force, spam, "
        "proxy, tor, malware, ddos, shared, bogon, infrastructure (did you mean `scanner`?)"}},
      {Feed("score = -1"), {"4:9: feed.score: -1 is out of range (0 to 100)"}},
      {Feed("scope = 'tcp/0'"),
       {"4:9: feed.scope: \"tcp/0\" is no scope (write PROTOCOL or PROTOCOL/PORT,PORT-PORT: \"tcp/22\")"}},
      {Feed("") + Feed(""), {"6:8: feed.name: \"f\" is used already in line 2"}},
  });
}

TEST_CASE("malformed, fragments and limiter take only their own values", "[config]") {
  CheckConfigCases({
      {"[malformed]\ndefault = 'limit'", {"2:11: malformed.default: \"limit\" is none of drop, monitor, pass"}},
      {"[malformed]\nland = 'dorp'",
       {"2:8: malformed.land: \"dorp\" is none of drop, monitor, pass (did you mean `drop`?)"}},
      {"[fragments]\nipv4 = 'monitor'", {"2:8: fragments.ipv4: \"monitor\" is none of inspect, pass, drop"}},
      {"[fragments]\nipv6_overlap = 'inspect'",
       {"2:16: fragments.ipv6_overlap: \"inspect\" is none of pass, monitor, drop"}},
      {"[fragments]\ndatagrams = 1000", {"2:13: fragments.datagrams: 1000 is no power of two (write 1024)"}},
      {"[fragments]\ndatagrams = 32", {"2:13: fragments.datagrams: 32 is out of range (64 to 4194304)"}},
      {"[fragments]\ndatagrams = 8388608", {"2:13: fragments.datagrams: 8388608 is out of range (64 to 4194304)"}},
      {"[limiter]\nbuckets = 16777216", {}},
      {"[limiter]\nprefix_buckets = 32", {"2:18: limiter.prefix_buckets: 32 is out of range (64 to 16777216)"}},
      {"[limiter]\nprefix_buckets = 65", {"2:18: limiter.prefix_buckets: 65 is no power of two (write 128)"}},
      {"[limiter]\nbuckets = 16777215", {"2:11: limiter.buckets: 16777215 is no power of two (write 16777216)"}},
      {"[limiter]\nbuckets = 33554432", {"2:11: limiter.buckets: 33554432 is out of range (64 to 16777216)"}},
  });
}

// `count` times `text`, where each `#` is the number.
std::string Numbered(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) {
    for (const char c : text) all += c == '#' ? std::to_string(i) : std::string(1, c);
  }
  return all;
}

TEST_CASE("more of something than is allowed is one problem at the first too many", "[config]") {
  const std::string link = "[[link]]\nname = 'l#'\noutside = 'o#'\ninside = 'i#'\n";
  const std::string rate_class = "[[rate_class]]\nname = 'r#'\nbytes_per_s = 1\n";
  const std::string feed = "[[feed]]\nname = 'f#'\nfile = 'f#'\n";
  const std::string prefix_mode = "{prefix = '::#', mode = 'off'},\n";
  CheckConfigCases({
      {Numbered(64, link), {}},
      {Numbered(66, link), {"257:1: link: more than 64 of them"}},
      {Numbered(1024, rate_class), {}},
      {Numbered(1025, rate_class), {"3073:1: rate_class: more than 1024 of them"}},
      {Numbered(256, feed), {}},
      {Numbered(257, feed), {"769:1: feed: more than 256 of them"}},
      {Link("prefix_modes = [\n" + Numbered(256, prefix_mode) + "]"), {}},
      {Link("prefix_modes = [\n" + Numbered(257, prefix_mode) + "]"),
       {"262:1: link.prefix_modes: more than 256 of them"}},
  });
}

TEST_CASE("a list holds up to 100,000 prefixes", "[config]") {
  std::string prefixes;
  for (uint32_t i = 0; i < 100'000; ++i)
    prefixes.append("'").append(ToString(Address::V4(0x0a00'0000 + i))).append("',\n");
  CHECK(ParseConfig(Link("trusted = [\n" + prefixes + "]"), "p.toml").config);
  CheckConfigCases(
      {{Link("trusted = [\n" + prefixes + "'::1']"), {"100006:1: link.trusted: 100001 prefixes (at most 100000)"}}});
}

}  // namespace
}  // namespace picket
