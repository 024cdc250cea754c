// SPDX-License-Identifier: Apache-2.0
#include "bench/devices/trials.h"

#include <rte_cycles.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "bench/devices/macswap.h"
#include "bench/devices/macswap_port.h"
#include "dataplane/io/dpdk_eal.h"
#include "dataplane/io/dpdk_link.h"
#include "dataplane/io/dpdk_unmap.h"

namespace picket {
namespace {

constexpr uint32_t kLinkMbufs = 1'023;  // of the link's own pool, which net_ring does not use

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "device_bench: %s\n", std::string(status.message()).c_str());
  std::exit(1);
}

void Wait(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

double Ns(uint64_t cycles) { return static_cast<double>(cycles) * 1e9 / static_cast<double>(rte_get_tsc_hz()); }

Measured Between(const WorkerReport& before, const WorkerReport& after) {
  const uint64_t packets = after.ledger.received - before.ledger.received;
  if (packets == 0) return {};
  return {Ns(after.total_cycles - before.total_cycles) / static_cast<double>(packets),
          static_cast<double>(after.ledger.transmitted - before.ledger.transmitted) / static_cast<double>(packets)};
}

}  // namespace

Measured MeasureLink(const Trial& trial, const AddressStream& addresses, const Published<ReputationTable>& table,
                     GracePeriod& grace) {
  LinkPolicy rules;
  rules.mode = Mode::kEnforce;
  const PipelinePolicy policy(rules);
  RingPorts ring(trial.number, trial.network, addresses);
  LinkSpec spec;
  spec.name = "trial" + std::to_string(trial.number);
  spec.outside.device = ring.first();
  spec.inside.device = ring.second();
  spec.mbufs = kLinkMbufs;
  spec.number = trial.number;
  absl::StatusOr<std::unique_ptr<DpdkLink>> link = DpdkLink::Open(spec, {policy, table, grace});
  Check(link.status());
  ring.Begin((*link)->device(Direction::kInward).port(), (*link)->device(Direction::kOutward).port());
  Check((*link)->Start(0, {trial.core}, /*yields=*/false));
  Wait(trial.seconds / 10);
  const WorkerReport before = Sum((*link)->Report());
  Wait(trial.seconds);
  const WorkerReport after = Sum((*link)->Report());
  Check((*link)->Stop());
  ring.End();
  return Between(before, after);
}

Measured MeasureMacswap(const Trial& trial, const AddressStream& addresses) {
  RingPorts ring(trial.number, trial.network, addresses);
  Macswap m;
  m.ports[0] = OpenMacswapPort(ring.first(), ring.pool());
  m.ports[1] = OpenMacswapPort(ring.second(), ring.pool());
  ring.Begin(m.ports[0], m.ports[1]);
  Check(StartWorker(0, RunMacswap, &m));
  Wait(trial.seconds / 10);
  const uint64_t packets = m.packets.load();
  const uint64_t cycles = m.cycles.load();
  Wait(trial.seconds);
  const uint64_t counted = m.packets.load() - packets;
  const double ns = Ns(m.cycles.load() - cycles);
  m.stopping = true;
  JoinWorker(0);
  ring.End();
  for (const uint16_t port : m.ports) ClosePort(port, "net_ring");
  return {counted == 0 ? 0 : ns / static_cast<double>(counted), 1};
}

}  // namespace picket
