// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/link_report.h"

namespace picket {
WorkerReport Sum(const LinkReport& report) {
  WorkerReport sum;
  for (const WorkerStatus& worker : report.workers) {
    const WorkerReport& r = worker.report;
    sum.counters += r.counters;
    sum.ledger += r.ledger;
    for (size_t side = 0; side < sum.ports.size(); ++side) {
      sum.ports[side].received += r.ports[side].received;
      sum.ports[side].transmitted += r.ports[side].transmitted;
      sum.ports[side].lost += r.ports[side].lost;
    }
    sum.handed_over += r.handed_over;
    sum.handover_lost += r.handover_lost;
    sum.busy_cycles += r.busy_cycles;
    sum.total_cycles += r.total_cycles;
    sum.limiter_evicted += r.limiter_evicted;
    sum.latency += r.latency;
  }
  return sum;
}

}  // namespace picket
