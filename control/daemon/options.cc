// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/options.h"

#include <CLI/CLI.hpp>

#include "control/cli/exit_code.h"

namespace picket {

DaemonArguments ParseDaemonArguments(int argc, char** argv) {
  DaemonOptions options;
  bool no_huge = false;
  CLI::App app{"Picket's daemon: stands between the two ports of each link of the config and judges what passes.",
               "picketd"};
  app.set_version_flag("--version", "picketd " PICKET_VERSION);
  app.add_option("--config", options.config_path, "the TOML file (picket config check FILE looks at it)")->required();
  app.add_option("--stats", options.stats_path, "write counters as JSON to this file, again and again");
  app.add_option("--stats-interval-ms", options.stats_interval_ms, "how often; SIGUSR1 writes them at once")
      ->check(CLI::Range(10, 3'600'000));
  app.add_option("--cores", options.worker_cores, "CPUs of the workers, instead of node.worker_cores")->delimiter(',');
  app.add_flag("--no-huge", no_huge, "do without huge pages (slower)");
  app.add_option("--memory-mib", options.memory_mib, "memory to reserve with --no-huge; default: what the links need")
      ->check(CLI::Range(0, 1 << 20));
  app.add_flag("--latency", options.latency, "measure every packet's time from rx to tx, on all links");
  app.add_option("--seed", options.seed, "of all hash keys, for repeatable runs; default: random");
  app.add_flag("--check", options.check, "open all devices, then leave without forwarding");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? kExitOk : kExitUsage};
  }
  options.huge_pages = !no_huge;
  return {options, kExitOk};
}

}  // namespace picket
