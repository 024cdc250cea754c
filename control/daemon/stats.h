// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dataplane/io/link_report.h"
#include "dataplane/io/spreading.h"
#include "dataplane/tick.h"

namespace picket {

// A link's name, settings and report, ready to be told.
struct LinkStats {
  std::string name;
  Mode mode = Mode::kMonitor;
  Spreading spreading = Spreading::kSingle;
  bool latency = false;
  LinkReport report;
  std::vector<uint64_t> stalls;  // by worker
  uint64_t link_state_changes = 0;
};
struct DaemonStats {
  Duration uptime;
  bool running = false;
  uint32_t simd_bits = 0;
  std::vector<LinkStats> links;
};

// The contract of --stats, `"schema":1`; control/README.md describes each field.
std::string StatsJson(const DaemonStats& stats);

// The ledger for people, a few lines a link.
std::string LedgerText(const DaemonStats& stats);

// Writes beside `path` and renames, so that readers see a whole file. errors  those of the file system, with the path
absl::Status WriteWhole(const std::string& path, const std::string& text);

}  // namespace picket
