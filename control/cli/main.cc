// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>

#include "control/cli/commands.h"

namespace {

// CLI11's own exit codes are replaced by ours.
int Run(int argc, char** argv) {
  int exit = picket::kExitOk;
  CLI::App app{"Picket judges packets: against reputation lists, by their own soundness, at a rate.", "picket"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "picket " PICKET_VERSION);
  picket::AddReplayCommand(app, exit);
  picket::AddExplainCommand(app, exit);
  picket::AddConfigCommand(app, exit);
  app.add_subcommand("version", "print the version")->callback([] { std::puts("picket " PICKET_VERSION); });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? picket::kExitOk : picket::kExitUsage;
  }
  if (std::fflush(stdout) != 0) {
    std::perror("picket: standard output");
    return picket::kExitFailed;
  }
  return exit;
}

}  // namespace

int main(int argc, char** argv) { return Run(argc, argv); }
