// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <signal.h>

#include <memory>
#include <vector>

#include "control/daemon/links.h"
#include "control/daemon/options.h"

namespace picket {

// One look at workers and ports; at least every 100 ms, and once before anybody is told that the links are ready.
void Watch(const std::vector<std::unique_ptr<RunningLink>>& links, Tick now);

// The control thread's life while workers run: watches that they move and that links are up, writes stats, waits for
// signals; then drains, prints the ledger, writes the last stats. Returns the exit code.
//   shapes  `signals` are blocked in every thread
int RunUntilStopped(const DaemonOptions& options, std::vector<std::unique_ptr<RunningLink>>& links,
                    const sigset_t& signals);

}  // namespace picket
