// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "control/cli/commands.h"

namespace picket {
namespace {

void PrintRejects(const FeedSummary& summary) {
  const Feed& feed = summary.feed;
  for (size_t i = 0; i < feed.rejected.size() && i < kRejectsShown; ++i) {
    std::fprintf(stderr, "%s:%llu: rejected: %s\n", summary.file.c_str(),
                 static_cast<unsigned long long>(feed.rejected[i].line), feed.rejected[i].reason.c_str());
  }
  if (feed.rejected_lines > kRejectsShown) {
    std::fprintf(stderr, "%s: %llu more lines rejected\n", summary.file.c_str(),
                 static_cast<unsigned long long>(feed.rejected_lines - kRejectsShown));
  }
}

}  // namespace

void AddSetupOptions(CLI::App& command, SetupOptions& options) {
  command.add_option("--config", options.config_path, "TOML configuration; without it mode enforce and defaults");
  command.add_option("--feed", options.feed_paths, "list whose addresses are dropped; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--link", options.link, "judge as this [[link]] of the config; default: the first");
  command
      .add_option_function<std::string>(
          "--mode", [&options](const std::string& name) { options.mode = ModeFromName(name); },
          "off, monitor or enforce, instead of the config's modes")
      ->check(CLI::IsMember({"off", "monitor", "enforce"}));
  command.add_option("--seed", options.seed, "seed of the keyed tables; the same seed gives the same verdicts");
}

void AddOutputOption(CLI::App& command, OutputFormat& format) {
  static const std::map<std::string, OutputFormat> kFormats = {{"table", OutputFormat::kTable},
                                                               {"json", OutputFormat::kJson}};
  command.add_option("-o,--output", format, "table (for people) or json (for programs)")
      ->transform(CLI::CheckedTransformer(kFormats));
}

std::unique_ptr<Setup> LoadSetupOrComplain(const SetupOptions& options, Tick start) {
  SetupResult loaded = LoadSetup(options, start);
  for (const std::string& problem : loaded.problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (loaded.setup == nullptr) return nullptr;
  for (const FeedSummary& summary : loaded.setup->feeds) PrintRejects(summary);
  return std::move(loaded.setup);
}

}  // namespace picket
