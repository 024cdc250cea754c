// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <rte_spinlock.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/io/link_report.h"
#include "dataplane/pipeline.h"
#include "dataplane/published.h"
#include "dataplane/report_box.h"
#include "dataplane/tables/siphash.h"

struct rte_mbuf;
struct rte_ring;

namespace picket {

inline constexpr uint16_t kNoQueue = UINT16_MAX;
inline constexpr uint32_t kInboxPackets = 1024;  // per worker and direction

// What all workers of one link share: read only, but for the two atomics.
//   inbox   per worker and direction, where others hand over packets of addresses that it owns; empty without handover
struct LinkShared {
  LinkShared(const PipelinePolicy& p, const Published<ReputationTable>& t, GracePeriod& g, HashKey key)
      : policy(p), table(t), grace(g), affinity_key(key) {}

  const PipelinePolicy& policy;
  const Published<ReputationTable>& table;
  GracePeriod& grace;
  HashKey affinity_key;
  bool latency = false;
  double ns_per_cycle = 1;
  std::vector<std::array<rte_ring*, 2>> inbox;
  std::atomic<bool> stopping{false};
  std::atomic<uint32_t> receiving{0};
};

// A worker's way to one port.
//   tx_lock          set when several workers send through one queue
//   frame_bytes_min, frame_bytes_max  shorter and longer frames do not fit through; units bytes
//   multi_segs       the device can send a frame of several mbufs
struct PortQueues {
  uint16_t port = 0;
  uint16_t rx_queue = kNoQueue;
  uint16_t tx_queue = 0;
  rte_spinlock_t* tx_lock = nullptr;
  uint32_t frame_bytes_min = 0;
  uint32_t frame_bytes_max = UINT32_MAX;
  bool multi_segs = false;
};

// One worker of a link: everything but `shared` is its own.
//   ports      by the Direction of packets received there: [kInward] is the outside port
//   yields     its CPU is shared with others: gives way when there is nothing to do
struct LinkWorker {
  LinkWorker(LinkShared& s, uint32_t i, WorkerState own) : shared(s), index(i), state(std::move(own)) {}

  LinkShared& shared;
  uint32_t index;
  uint32_t core = 0;
  bool yields = false;
  std::array<PortQueues, 2> ports;
  WorkerState state;
  WorkerReport report;
  Batch batch;
  alignas(64) std::atomic<uint64_t> heartbeat{0};
  std::atomic<bool> done{false};  // has returned, or was never started
  ReportBox<WorkerReport> box;
};

// Receives, judges, sends and frees until shared.stopping; then takes what the ports and the other workers still hold.
// The argument is a LinkWorker; runs on an lcore of its own. Returns 0.
int RunLinkWorker(void* worker);

// All it counted so far; called by its own thread, or once that has returned.
WorkerReport ReportOf(const LinkWorker& worker);

// One burst from a port: received, handed over or judged, sent and freed. Returns how many packets there were.
uint32_t ServePort(LinkWorker& worker, Direction direction);
// One burst from the other workers, all of addresses this one owns.
uint32_t ServeInbox(LinkWorker& worker, Direction direction);
// Judges packets received on one side and acts on the verdicts: every mbuf is sent or freed afterwards.
//   shapes  count <= kBatchMax; the packets' addresses belong to this worker
void JudgeBurst(LinkWorker& worker, Direction direction, rte_mbuf** mbufs, uint32_t count, Tick now);

}  // namespace picket
