// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "bench/devices/ring_ports.h"
#include "dataplane/published.h"
#include "dataplane/tables/reputation_table.h"

// One measurement each, on net_ring ports of its own, with the worker on lcore 1 of StartEal.
namespace picket {

// What is measured.
//   core     the CPU of the worker, as given to StartEal
//   number   another one each time
//   seconds  measured, after a tenth of that to warm up
struct Trial {
  uint32_t core = 1;
  uint32_t number = 0;
  Network network = Network::kCircle;
  double seconds = 0.3;
};

// units  ns of the worker's time per packet;  shapes  0 when no packet passed
struct Measured {
  double ns_per_packet = 0;
  double forwarded_share = 0;
};

// Our own link: the code that picketd runs, from receive to send.
Measured MeasureLink(const Trial& trial, const AddressStream& addresses, const Published<ReputationTable>& table,
                     GracePeriod& grace);
// The baseline on the same ports.
Measured MeasureMacswap(const Trial& trial, const AddressStream& addresses);

}  // namespace picket
