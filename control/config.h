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

struct NodeConfig {
  std::string name = "picket";
  Mode mode = Mode::kMonitor;
};

struct LinkConfig {
  std::string name;
  std::string outside;  // DPDK device string or PCI address
  std::string inside;
  std::vector<Prefix> protected_prefixes;
  std::vector<Prefix> never_block;
  std::vector<Prefix> trusted;
  uint32_t workers = 1;
  OnFailure on_failure = OnFailure::kOpen;
  std::optional<Mode> mode;  // overrides the node's
  std::vector<PrefixMode> prefix_modes;
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
  uint32_t fragment_datagrams = 16'384;  // tracked at once per worker
  uint32_t limiter_buckets = 65'536;     // tracked at once per worker
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

// The policy of `link` under `config`.
LinkPolicy PolicyOf(const Config& config, const LinkConfig& link);

}  // namespace picket
