// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace picket {

// From here on DPDK's log goes into a short memory instead of stderr and syslog; TakeDpdkLog reads it.
void CaptureDpdkLog();

}  // namespace picket
