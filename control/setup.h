// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "control/config.h"
#include "dataplane/pipeline.h"
#include "dataplane/tables/prefix_set.h"
#include "dataplane/tables/reputation_store.h"

// Everything a link needs to judge packets, put together from config and lists.
namespace picket {

// What is asked for on the command line of replay and explain.
//   config_path  empty: defaults, and mode enforce, because nothing is forwarded anyway
//   link         which [[link]] to judge as; empty: the first
//   mode         overrides link and node
//   live         ports tell the direction of packets; otherwise it is inferred from `protected`, and nothing is spoofed
struct SetupOptions {
  std::string config_path;
  std::vector<std::string> feed_paths;
  std::string link;
  std::optional<Mode> mode;
  uint64_t seed = 1;
  bool live = false;
};

// What became of one list.
struct FeedSummary {
  std::string name;
  std::string file;
  Feed feed;  // without its entries
  FeedCounts counts;
  uint64_t entries = 0;
};

struct Setup {
  LinkConfig link;
  PipelinePolicy policy{LinkPolicy{}};
  PrefixSet protected_prefixes;
  WorkerLimits limits;
  uint64_t seed = 1;
  std::unique_ptr<ReputationStore> store;
  std::unique_ptr<const ReputationTable> table;
  std::vector<FeedSummary> feeds;
};

// Reads config and lists. `start` is when the lists were imported: their timeouts count from there.
//   Exactly one of setup and problems is filled; each problem names its file and place.
struct SetupResult {
  std::unique_ptr<Setup> setup;
  std::vector<std::string> problems;
};
SetupResult LoadSetup(const SetupOptions& options, Tick start);

// The entries that a list's lines stand for under `config`.
std::vector<Entry> EntriesOf(const Feed& feed, const FeedConfig& config, RateClassId rate_class, Tick start);

}  // namespace picket
