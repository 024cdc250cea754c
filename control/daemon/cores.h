// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace picket {

// Which CPU does what.
//   workers  the CPU of each worker, in order
//   control  where everything else runs; the workers' CPUs are not among them unless there are no others
//   shared   some CPU has more to do than one worker, so workers give way when idle
struct CorePlan {
  std::vector<uint32_t> workers;
  std::vector<uint32_t> control;
  bool shared = false;
};

// Deals `workers` over `wanted` in turn; without any, over every allowed CPU but the first.
//   shapes  `allowed` ascends and is not empty
CorePlan PlanCores(const std::vector<uint32_t>& allowed, const std::vector<uint32_t>& wanted, uint32_t workers);

// The CPUs this process may use, ascending.
std::vector<uint32_t> AllowedCpus();

}  // namespace picket
