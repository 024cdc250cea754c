// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "control/cli/exit_code.h"
#include "control/setup.h"

namespace CLI {
class App;
}

namespace picket {

enum class OutputFormat { kTable, kJson };

// Each adds its subcommand; `exit` receives what the command returns when it was the one called.
void AddReplayCommand(CLI::App& app, int& exit);
void AddExplainCommand(CLI::App& app, int& exit);
void AddConfigCommand(CLI::App& app, int& exit);

// The options shared by all commands that judge: --config, --feed, --link, --mode, --seed.
void AddSetupOptions(CLI::App& command, SetupOptions& options);
void AddOutputOption(CLI::App& command, OutputFormat& format);

// Loads the setup; on failure prints every problem to stderr and returns null. Rejected list lines are printed to
// stderr, at most kRejectsShown a list.
std::unique_ptr<Setup> LoadSetupOrComplain(const SetupOptions& options, Tick start);
inline constexpr size_t kRejectsShown = 20;

}  // namespace picket
