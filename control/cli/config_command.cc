// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "control/cli/commands.h"
#include "control/config.h"

namespace picket {
namespace {

int CheckConfig(const std::string& path) {
  const ConfigResult result = ReadConfig(path);
  for (const std::string& problem : result.problems) std::fprintf(stderr, "%s\n", problem.c_str());
  if (!result.config) return kExitUsage;
  std::printf("%s: valid: %zu links, %zu rate classes, %zu feeds\n", path.c_str(), result.config->links.size(),
              result.config->rate_classes.size(), result.config->feeds.size());
  return kExitOk;
}

}  // namespace

void AddConfigCommand(CLI::App& app, int& exit) {
  CLI::App* config = app.add_subcommand("config", "the configuration file")->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "report every problem of a configuration as file:line:column");
  const auto path = std::make_shared<std::string>();
  check->add_option("FILE", *path, "TOML configuration")->required();
  check->callback([path, &exit] { exit = CheckConfig(*path); });
}

}  // namespace picket
