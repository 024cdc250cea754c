// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "control/config.h"
#include "control/daemon/cores.h"
#include "control/daemon/options.h"
#include "control/daemon/watch.h"
#include "control/setup.h"
#include "dataplane/io/dpdk_eal.h"
#include "dataplane/io/dpdk_link.h"

namespace picket {

// One link of the config, running: its policy and lists, and the ports and workers that use them.
struct RunningLink {
  explicit RunningLink(std::unique_ptr<Setup> s)
      : setup(std::move(s)),
        grace(setup->link.workers),
        table(grace, std::move(setup->table)),
        stalls(setup->link.workers) {}

  std::unique_ptr<Setup> setup;
  GracePeriod grace;
  Published<ReputationTable> table;
  LinkSpec spec;
  std::vector<uint32_t> cores;
  std::unique_ptr<DpdkLink> link;  // destroyed first: its workers use what is above
  StallWatch stalls;
  LinkStateRelay relay;
};

// Every link of the config with its lists, none of it started; or the problems, each with its place.
struct LinksResult {
  std::vector<std::unique_ptr<RunningLink>> links;
  std::vector<uint32_t> worker_cores;
  std::vector<std::string> problems;
};
LinksResult LoadLinks(const DaemonOptions& options, Tick start);

// Whether the stats file may be written, again and again: not over a device, the config or a list.
// errors  INVALID_ARGUMENT
absl::Status CheckStatsPath(const DaemonOptions& options, const std::vector<std::unique_ptr<RunningLink>>& links);

// What DPDK is to be started with for these links.
EalOptions EalOptionsFor(const std::vector<std::unique_ptr<RunningLink>>& links, const DaemonOptions& options,
                         const CorePlan& cores);

// Opens all links, then starts all workers. errors  those of DpdkLink; nothing forwards then
absl::Status OpenLinks(std::vector<std::unique_ptr<RunningLink>>& links);
absl::Status StartLinks(std::vector<std::unique_ptr<RunningLink>>& links, const CorePlan& cores);

}  // namespace picket
