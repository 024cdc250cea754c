// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_link.h"

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_format.h"
#include "dataplane/io/device_advice.h"
#include "dataplane/io/dpdk_eal.h"
#include "dataplane/io/dpdk_worker.h"

namespace picket {
namespace {

constexpr uint32_t kPoolCache = 256;
constexpr uint32_t kQueueDescriptors = 1024;
constexpr uint64_t kPageBytes = 4096;
constexpr auto kAnswerWithin = std::chrono::milliseconds(200);
constexpr auto kStopWithin = std::chrono::seconds(5);
constexpr auto kAnswerPoll = std::chrono::microseconds(50);

// Both ports' descriptors in both directions, what workers hold in hands, caches and inboxes; a pool is smallest at one
// less than a power of two.
uint32_t MbufsFor(const LinkSpec& spec) {
  if (spec.mbufs != 0) return spec.mbufs;
  const uint32_t per_worker = 4 * kQueueDescriptors + 2 * kInboxPackets + 2 * kPoolCache + kBatchMax;
  uint32_t size = 8191;
  while (size < spec.workers * per_worker) size = 2 * size + 1;
  return size;
}

}  // namespace

struct DpdkLink::Parts {
  explicit Parts(const LinkSpec& s, const LinkJudgement& judgement)
      : spec(s), shared(judgement.policy, judgement.table, judgement.grace, HashKey::FromSeed(s.seed + 1)) {}

  absl::Status OpenDevices();
  absl::Status MakePool();
  absl::Status StartDevices();
  absl::Status MakeInboxes();
  void MakeWorkers();
  PortQueues QueuesOf(const DpdkDevice& device, size_t side, uint32_t worker);

  LinkSpec spec;
  Spreading spreading = Spreading::kSingle;
  std::string note;
  std::vector<DpdkDevice> devices;  // by Direction of what they receive
  rte_mempool* pool = nullptr;
  LinkShared shared;
  std::array<std::vector<rte_spinlock_t>, 2> tx_locks;
  std::vector<std::unique_ptr<LinkWorker>> workers;
  std::vector<WorkerReport> last_reports;
  std::array<PortStatus, 2> last_ports;
  size_t first_worker = 0;
  bool running = false;
  bool closed = false;
};

uint32_t MemoryMibFor(const LinkSpec& spec, bool huge_pages) {
  uint64_t room = std::max<uint64_t>(2048, spec.outside.mtu + uint64_t{64});
  for (const DeviceRequest* port : {&spec.outside, &spec.inside}) {
    room = std::max<uint64_t>(room, FrameSlotBytes(port->device));
  }
  uint64_t mbuf = sizeof(rte_mbuf) + RTE_PKTMBUF_HEADROOM + room + 128;
  if (!huge_pages) mbuf = mbuf > kPageBytes ? RTE_ALIGN_CEIL(mbuf, kPageBytes) : kPageBytes / (kPageBytes / mbuf);
  const uint64_t rings = uint64_t{spec.workers} * 2 * kInboxPackets * sizeof(void*);
  return static_cast<uint32_t>((MbufsFor(spec) * mbuf + rings) / (1 << 20) + 32);
}

absl::Status DpdkLink::Parts::OpenDevices() {
  for (DeviceRequest* request : {&spec.outside, &spec.inside}) {
    request->side = request == &spec.outside ? Direction::kInward : Direction::kOutward;
    absl::StatusOr<DpdkDevice> device = DpdkDevice::Open(*request);
    if (!device.ok()) return device.status();
    devices.push_back(std::move(*device));
  }
  spreading = spec.workers == 1 ? Spreading::kSingle : spec.spreading;
  if (spreading == Spreading::kAuto || spreading == Spreading::kRss) {
    const SpreadingNeed need = {spec.workers, spec.owns_subnets};
    for (const DpdkDevice& device : devices) {
      if (absl::Status chosen = SettleSpreading(device.request(), device.abilities(), need, spreading, note);
          !chosen.ok())
        return chosen;
    }
  }
  if (spreading == Spreading::kAuto) spreading = Spreading::kRss;
  return absl::OkStatus();
}

absl::Status DpdkLink::Parts::MakePool() {
  uint32_t room = 0;
  for (const DpdkDevice& device : devices) room = std::max(room, DataRoomFor(device));
  const uint32_t size = MbufsFor(spec);
  const uint32_t cache = std::min(kPoolCache, size / 2);
  pool = rte_pktmbuf_pool_create(absl::StrFormat("mbufs.%d", spec.number).c_str(), size, cache, 0,
                                 static_cast<uint16_t>(room + RTE_PKTMBUF_HEADROOM), devices[0].socket());
  if (pool != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "link %s: no memory for %d packets of %d bytes: %s. It needs %d MiB: reserve more huge pages, or "
      "raise --memory-mib with --no-huge, or lower link.mbufs",
      spec.name, size, room, rte_strerror(rte_errno), MemoryMibFor(spec, rte_eal_has_hugepages() != 0)));
}

absl::Status DpdkLink::Parts::StartDevices() {
  const uint16_t reta_entries = std::min(devices[0].abilities().reta_entries, devices[1].abilities().reta_entries);
  for (DpdkDevice& device : devices) {
    const DeviceAbilities& can = device.abilities();
    const auto rx = static_cast<uint16_t>(std::min<uint32_t>(spec.workers, can.rx_queues_max));
    const auto tx = static_cast<uint16_t>(std::min<uint32_t>(spec.workers, can.tx_queues_max));
    const PortSpreading how = spreading == Spreading::kRss ? PortSpreading::kByAddress : PortSpreading::kAnyhow;
    if (absl::Status s = device.Start(rx, tx, how, reta_entries, pool); !s.ok()) return s;
  }
  return absl::OkStatus();
}

absl::Status DpdkLink::Parts::MakeInboxes() {
  if (spreading != Spreading::kSoftware) return absl::OkStatus();
  for (uint32_t w = 0; w < spec.workers; ++w) {
    std::array<rte_ring*, 2>& inbox = shared.inbox.emplace_back();
    for (size_t side = 0; side < 2; ++side) {
      const std::string name = absl::StrFormat("inbox.%d.%d.%d", spec.number, w, side);
      inbox[side] =
          rte_ring_create(name.c_str(), kInboxPackets, devices[0].socket(), RING_F_MP_RTS_ENQ | RING_F_SC_DEQ);
      if (inbox[side] == nullptr) {
        return absl::FailedPreconditionError(
            absl::StrFormat("link %s: no memory for rings between workers: %s", spec.name, rte_strerror(rte_errno)));
      }
    }
  }
  return absl::OkStatus();
}

PortQueues DpdkLink::Parts::QueuesOf(const DpdkDevice& device, size_t side, uint32_t worker) {
  PortQueues queues;
  queues.port = device.port();
  if (worker < device.rx_queues()) queues.rx_queue = static_cast<uint16_t>(worker);
  queues.frame_bytes_min = device.frame_bytes_min();
  queues.frame_bytes_max = device.frame_bytes_max();
  queues.multi_segs = device.abilities().multi_segs;
  queues.tx_queue = static_cast<uint16_t>(worker % device.tx_queues());
  if (spec.workers > device.tx_queues()) queues.tx_lock = &tx_locks[side][queues.tx_queue];
  return queues;
}

void DpdkLink::Parts::MakeWorkers() {
  shared.latency = spec.latency;
  shared.ns_per_cycle = 1e9 / static_cast<double>(rte_get_tsc_hz());
  for (size_t side = 0; side < 2; ++side) tx_locks[side].resize(devices[side].tx_queues(), RTE_SPINLOCK_INITIALIZER);
  const std::shared_ptr<SharedLimiter> rates = MakeSharedLimiter(spec.limits, spec.seed);
  for (uint32_t w = 0; w < spec.workers; ++w) {
    // The same hash keys everywhere: a worker's tables differ by what it owns.
    auto worker = std::make_unique<LinkWorker>(shared, w, WorkerState(spec.limits, spec.seed, rates));
    for (size_t side = 0; side < 2; ++side) worker->ports[side] = QueuesOf(devices[side], side, w);
    workers.push_back(std::move(worker));
  }
  last_reports.resize(spec.workers);
}

DpdkLink::DpdkLink(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

DpdkLink::~DpdkLink() {
  if (Stop().ok()) Close();
}

absl::StatusOr<std::unique_ptr<DpdkLink>> DpdkLink::Open(const LinkSpec& spec, const LinkJudgement& judgement) {
  std::unique_ptr<DpdkLink> link(new DpdkLink(std::make_unique<Parts>(spec, judgement)));
  Parts& parts = *link->parts_;
  for (const auto step : {&Parts::OpenDevices, &Parts::MakePool, &Parts::StartDevices, &Parts::MakeInboxes}) {
    if (absl::Status done = (parts.*step)(); !done.ok()) return done;
  }
  parts.MakeWorkers();
  return link;
}

absl::Status DpdkLink::Start(size_t first_worker, const std::vector<uint32_t>& cores, bool yields) {
  Parts& parts = *parts_;
  parts.first_worker = first_worker;
  parts.shared.receiving = parts.spec.workers;
  parts.running = true;
  for (uint32_t w = 0; w < parts.spec.workers; ++w) {
    LinkWorker& worker = *parts.workers[w];
    worker.core = cores[w];
    worker.yields = yields;
    if (absl::Status started = StartWorker(first_worker + w, RunLinkWorker, &worker); !started.ok()) {
      parts.shared.receiving.fetch_sub(parts.spec.workers - w);
      for (uint32_t never = w; never < parts.spec.workers; ++never) parts.workers[never]->done = true;
      return started;
    }
  }
  return absl::OkStatus();
}

absl::Status DpdkLink::Stop() {
  Parts& parts = *parts_;
  if (!parts.running) return absl::OkStatus();
  parts.shared.stopping.store(true);
  const auto deadline = std::chrono::steady_clock::now() + kStopWithin;
  for (const auto& worker : parts.workers) {
    while (!worker->done.load(std::memory_order_acquire)) {
      if (std::chrono::steady_clock::now() > deadline) {
        return absl::DeadlineExceededError(absl::StrFormat("link %s: worker %d on core %d stands still and cannot stop",
                                                           parts.spec.name, worker->index, worker->core));
      }
      std::this_thread::sleep_for(kAnswerPoll);
    }
  }
  for (uint32_t w = 0; w < parts.spec.workers; ++w) JoinWorker(parts.first_worker + w);
  parts.running = false;
  return absl::OkStatus();
}

void DpdkLink::Close() {
  Parts& parts = *parts_;
  if (parts.closed) return;
  parts.closed = true;
  Report();  // ports are asked for the last time
  for (DpdkDevice& device : parts.devices) device.Close();
  for (const auto& inbox : parts.shared.inbox) {
    for (rte_ring* ring : inbox) rte_ring_free(ring);
  }
}

LinkReport DpdkLink::Report() {
  Parts& parts = *parts_;
  LinkReport report;
  for (const auto& worker : parts.workers) worker->box.Ask();
  const auto deadline = std::chrono::steady_clock::now() + kAnswerWithin;
  for (uint32_t w = 0; w < parts.workers.size(); ++w) {
    LinkWorker& worker = *parts.workers[w];
    if (parts.running) {
      const WorkerReport* answer = worker.box.Answered();
      for (; answer == nullptr && std::chrono::steady_clock::now() < deadline; answer = worker.box.Answered()) {
        std::this_thread::sleep_for(kAnswerPoll);
      }
      if (answer != nullptr) parts.last_reports[w] = *answer;
    } else {
      parts.last_reports[w] = ReportOf(worker);
    }
    report.workers.push_back({worker.core, worker.heartbeat.load(std::memory_order_relaxed), parts.last_reports[w]});
  }
  for (size_t side = 0; side < parts.devices.size() && !parts.closed; ++side) {
    const DpdkDevice& device = parts.devices[side];
    parts.last_ports[side] = {device.request().device, device.driver(), device.LinkIsUp(), device.mtu(),
                              device.ReadCounters()};
  }
  report.ports = parts.last_ports;
  report.mbufs = parts.pool == nullptr ? 0 : parts.pool->size;
  report.mbufs_free = parts.pool == nullptr ? 0 : rte_mempool_avail_count(parts.pool);
  return report;
}

std::vector<uint64_t> DpdkLink::Heartbeats() const {
  std::vector<uint64_t> beats;
  for (const auto& worker : parts_->workers) beats.push_back(worker->heartbeat.load(std::memory_order_relaxed));
  return beats;
}

Spreading DpdkLink::spreading() const { return parts_->spreading; }
const std::string& DpdkLink::spreading_note() const { return parts_->note; }
DpdkDevice& DpdkLink::device(Direction side) { return parts_->devices[static_cast<size_t>(side)]; }

}  // namespace picket
