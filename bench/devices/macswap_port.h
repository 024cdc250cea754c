// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

struct rte_mempool;

namespace picket {

// Opens a device for the baseline, with as many descriptors as picketd gives it, and starts it: one queue each way.
//   errors  a message on stderr, then the program ends with status 1
uint16_t OpenMacswapPort(const std::string& device, rte_mempool* pool);

}  // namespace picket
