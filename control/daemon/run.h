// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <signal.h>

#include <memory>
#include <vector>

#include "control/daemon/links.h"
#include "control/daemon/options.h"

namespace picket {

// The control thread's life while workers run: watches that they move and that links are up, writes stats, waits for
// signals; then drains, prints the ledger, writes the last stats. Returns the exit code.
//   shapes  `signals` are blocked in every thread
int RunUntilStopped(const DaemonOptions& options, std::vector<std::unique_ptr<RunningLink>>& links,
                    const sigset_t& signals);

}  // namespace picket
