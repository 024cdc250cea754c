// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/address.h"
#include "dataplane/entry.h"
#include "dataplane/policy.h"
#include "rules/feed.h"

// The TOML file: static things only. Entries and verdicts are state and live elsewhere. control/README.md lists every
// key with its unit, default and limits.
namespace picket {

enum class OnFailure : uint8_t { kOpen, kClosed };

// Who spreads a link's packets over its workers, so that each outside address is seen by exactly one.
//   auto      rss where both devices can, else software
//   rss       the devices, by a hash of the outside address
//   software  whichever worker received a packet hands it over to the one it belongs to
enum class Affinity : uint8_t { kAuto, kRss, kSoftware };

struct NodeConfig {
  std::string name = "picket";
  Mode mode = Mode::kMonitor;
  std::vector<uint32_t> worker_cores;  // distinct; empty: every CPU the process may use but the first
};

struct LinkConfig {
  std::string name;
  std::string outside;  // DPDK device string or PCI address
  std::string inside;
  std::vector<Prefix> protected_prefixes;
  std::vector<Prefix> never_block;
  std::vector<Prefix> trusted;
  uint32_t workers = 1;
  Affinity affinity = Affinity::kAuto;
  uint32_t mbufs = 0;   // packets the link can hold at once; 0: enough for its queues
  uint32_t mtu = 1500;  // bytes of the largest IP packet
  OnFailure on_failure = OnFailure::kOpen;
  std::optional<Mode> mode;  // overrides the node's
  std::vector<PrefixMode> prefix_modes;
  Verdict anti_spoof = Verdict::kDrop;  // drop, monitor or pass
  bool propagate_link_state = true;
  bool latency_histogram = false;
};

// A list on disk and what its entries mean.
struct FeedConfig {
  std::string name;
  std::string file;  // found from the config file's folder
  std::optional<FeedFormat> format;
  Tier tier = Tier::kFeed;           // feed, fleet or operator
  Verdict verdict = Verdict::kDrop;  // allow, monitor, limit, challenge, decoy or drop
  std::string rate_class;            // with verdict limit
  Category category = Category::kUnknown;
  uint8_t score = 50;
  Scope scope;  // for entries that bring none
};

struct Config {
  NodeConfig node;
  std::vector<LinkConfig> links;
  std::vector<RateClass> rate_classes;
  std::vector<FeedConfig> feeds;
  MalformedPolicy malformed;
  FragmentPolicy ipv4_fragments{.overlap = Verdict::kMonitor};
  FragmentPolicy ipv6_fragments;
  uint32_t fragment_datagrams = 16'384;      // tracked at once per worker
  uint32_t limiter_buckets = 65'536;         // tracked at once per worker
  uint32_t limiter_prefix_buckets = 16'384;  // tracked at once per link
};

// The config, or every problem found in one pass. Exactly one of the two is filled.
//   shapes  each problem reads `FILE:LINE:COLUMN: KEY: what is wrong (what to do)`, line and column from 1, the column
//           in code points; sorted by place. KEY is `not valid TOML` where the text is none. About a file as a whole:
//           `FILE: what is wrong`
struct ConfigResult {
  std::optional<Config> config;
  std::vector<std::string> problems;
};

// Parses and checks; `file` is only used to name places and to resolve relative feed paths.
ConfigResult ParseConfig(std::string_view text, const std::string& file);
// Reads `path` and parses it; a file that cannot be read is a problem as well.
ConfigResult ReadConfig(const std::string& path);

// The policy of `link` under `config`, for packets whose direction the ports tell.
LinkPolicy PolicyOf(const Config& config, const LinkConfig& link);

}  // namespace picket
