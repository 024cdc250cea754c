// SPDX-License-Identifier: Apache-2.0
#include "control/daemon/cores.h"

#include <sched.h>

#include <algorithm>

namespace picket {

CorePlan PlanCores(const std::vector<uint32_t>& allowed, const std::vector<uint32_t>& wanted, uint32_t workers) {
  CorePlan plan;
  std::vector<uint32_t> cores = wanted;
  if (cores.empty() && allowed.size() > 1) cores.assign(allowed.begin() + 1, allowed.end());
  if (cores.empty()) cores = allowed;
  for (uint32_t w = 0; w < workers; ++w) plan.workers.push_back(cores[w % cores.size()]);
  const auto is_busy = [&plan](uint32_t cpu) {
    return std::find(plan.workers.begin(), plan.workers.end(), cpu) != plan.workers.end();
  };
  std::copy_if(allowed.begin(), allowed.end(), std::back_inserter(plan.control),
               [&is_busy](uint32_t cpu) { return !is_busy(cpu); });
  std::vector<uint32_t> distinct = plan.workers;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  plan.shared = distinct.size() < workers || plan.control.empty();
  if (plan.control.empty()) plan.control = allowed;
  return plan;
}

std::vector<uint32_t> AllowedCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<uint32_t> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return {0};
  for (uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace picket
