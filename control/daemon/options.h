// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace picket {

// picketd's command line.
//   memory_mib   of DPDK without huge pages; 0: what the links need
//   seed         of every keyed hash; 0: drawn from the system
//   check        open everything, say so, and leave
struct DaemonOptions {
  std::string config_path;
  bool huge_pages = true;
  std::string stats_path;
  uint32_t stats_interval_ms = 1000;
  uint32_t memory_mib = 0;
  bool latency = false;
  uint64_t seed = 0;
  std::vector<uint32_t> worker_cores;
  bool check = false;
};

// The options, or the exit code after help, version or a complaint has been printed.
struct DaemonArguments {
  std::optional<DaemonOptions> options;
  int exit = 0;
};
DaemonArguments ParseDaemonArguments(int argc, char** argv);

}  // namespace picket
