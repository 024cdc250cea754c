// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/io/dpdk_device.h"
#include "dataplane/io/link_report.h"
#include "dataplane/io/spreading.h"
#include "dataplane/pipeline.h"
#include "dataplane/published.h"

namespace picket {

// What a link is made of. Policy, table and grace outlive it.
//   number        tells links apart in DPDK's names
//   mbufs         packets the link can hold at once; 0: enough for its queues and rings
//   owns_subnets  IPv6 addresses of one /64 must meet the same worker, as rates per /64 need
//   seed          of every keyed hash
struct LinkSpec {
  std::string name;
  uint32_t number = 0;
  DeviceRequest outside;
  DeviceRequest inside;
  uint32_t workers = 1;
  uint32_t mbufs = 0;
  Spreading spreading = Spreading::kAuto;
  bool owns_subnets = true;
  bool latency = false;
  WorkerLimits limits;
  uint64_t seed = 0;
};

// What workers judge by.
struct LinkJudgement {
  const PipelinePolicy& policy;
  const Published<ReputationTable>& table;
  GracePeriod& grace;  // its readers are the link's workers, by index
};

// Memory that a link's pool and rings take. Without huge pages an mbuf does not cross pages of 4 KiB (rte_mempool.c).
//   units   MiB
uint32_t MemoryMibFor(const LinkSpec& spec, bool huge_pages);

// Two ports and the workers between them. One thread opens, starts, asks, stops and closes it, in this order; each
// step once.
class DpdkLink {
 public:
  // Opens both devices, starts their queues.
  // errors  those of DpdkDevice; FAILED_PRECONDITION when the devices cannot spread as asked, or memory is short
  static absl::StatusOr<std::unique_ptr<DpdkLink>> Open(const LinkSpec& spec, const LinkJudgement& judgement);
  ~DpdkLink();

  // Starts worker i on lcore first_lcore + i of StartEal, bound to cores[i]. `yields` as in LinkWorker.
  absl::Status Start(size_t first_worker, const std::vector<uint32_t>& cores, bool yields);
  // Asks all workers to stop and waits until they have sent or freed what they held.
  // errors  DEADLINE_EXCEEDED when one stands still: the link is neither exact nor to be closed then
  absl::Status Stop();
  // Closes the devices; afterwards every mbuf is back in the pool, unless one leaked.
  void Close();

  // All that is known now: of a worker that does not answer (it is being debugged, say) what it said last. After Stop
  // the reports are exact.
  LinkReport Report();
  // Turns of each worker's loop so far: one that stays the same stands still.
  std::vector<uint64_t> Heartbeats() const;

  // What was chosen, and in words why when it was left to us.
  Spreading spreading() const;
  const std::string& spreading_note() const;
  DpdkDevice& device(Direction side);

 private:
  struct Parts;
  explicit DpdkLink(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace picket
