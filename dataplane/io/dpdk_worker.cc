// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_worker.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <sched.h>

#include <algorithm>

#include "dataplane/affinity.h"
#include "dataplane/io/dpdk_burst.h"
#include "dataplane/io/dpdk_unmap.h"
#include "dataplane/io/monotonic_clock.h"

namespace picket {
namespace {

constexpr int kTransmitTries = 16;   // a full queue is given this many polls before packets are lost
constexpr int kLockTries = 4096;     // some 100 us
constexpr int kDrainPollsMax = 64;   // a port that never falls silent does not keep us from stopping
constexpr unsigned kStampShift = 6;  // 32 bits of stamp last 100 s at 2.6 GHz, in steps of 25 ns

uint32_t Stamp() { return static_cast<uint32_t>(rte_rdtsc() >> kStampShift); }

size_t Other(Direction direction) { return direction == Direction::kInward ? 1 : 0; }

void RecordLatency(LinkWorker& worker, const uint32_t* stamps, uint32_t count) {
  const uint32_t now = Stamp();
  for (uint32_t i = 0; i < count; ++i) {
    // Counters of two cores may differ by a few cycles: what seems to be sent before it came took no time.
    const auto passed = static_cast<int32_t>(now - stamps[i]);
    const uint64_t cycles = passed < 0 ? 0 : static_cast<uint64_t>(passed) << kStampShift;
    worker.report.latency.Add(static_cast<uint64_t>(static_cast<double>(cycles) * worker.shared.ns_per_cycle), 1);
  }
}

// Whoever holds it may be stopped: then packets are lost, and this worker moves on.
bool Lock(rte_spinlock_t& lock) {
  for (int i = 0; i < kLockTries; ++i) {
    if (rte_spinlock_trylock(&lock) != 0) return true;
    rte_pause();
  }
  return false;
}

// In one mbuf, if the device can send nothing else.
bool IsSendable(const PortQueues& to, rte_mbuf* m) {
  const uint32_t bytes = m->pkt_len;
  if (bytes < to.frame_bytes_min || bytes > to.frame_bytes_max) return false;
  return m->nb_segs == 1 || to.multi_segs || rte_pktmbuf_linearize(m) == 0;
}

// Moves what cannot be sent behind what can, both in order. Returns how many can.
uint32_t SortOutUnsendable(const PortQueues& to, rte_mbuf** mbufs, uint32_t count) {
  std::array<rte_mbuf*, kBatchMax> unsendable;
  uint32_t kept = 0;
  uint32_t others = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (IsSendable(to, mbufs[i])) [[likely]] {
      mbufs[kept++] = mbufs[i];
    } else {
      unsendable[others++] = mbufs[i];
    }
  }
  std::copy_n(unsendable.begin(), others, mbufs + kept);
  return kept;
}

uint32_t Transmit(const PortQueues& to, rte_mbuf** mbufs, uint32_t count) {
  uint32_t sent = 0;
  if (to.tx_lock != nullptr && !Lock(*to.tx_lock)) return sent;
  for (int i = 0; i < kTransmitTries && sent < count; ++i) {
    sent += rte_eth_tx_burst(to.port, to.tx_queue, mbufs + sent, static_cast<uint16_t>(count - sent));
  }
  if (to.tx_lock != nullptr) rte_spinlock_unlock(to.tx_lock);
  return sent;
}

void Send(LinkWorker& worker, Direction direction, rte_mbuf** mbufs, uint32_t count) {
  if (count == 0) return;
  const size_t side = Other(direction);
  const PortQueues& to = worker.ports[side];
  const uint32_t sendable = SortOutUnsendable(to, mbufs, count);
  std::array<uint32_t, kBatchMax> stamps;
  // Once sent, an mbuf is the device's.
  if (worker.shared.latency) {
    for (uint32_t i = 0; i < sendable; ++i) stamps[i] = mbufs[i]->hash.usr;
  }
  const uint32_t sent = sendable == 0 ? 0 : Transmit(to, mbufs, sendable);
  worker.report.ports[side].transmitted += sent;
  worker.report.ledger.transmitted += sent;
  if (worker.shared.latency) RecordLatency(worker, stamps.data(), sent);
  if (sent == count) [[likely]]
    return;
  worker.report.ports[side].lost += count - sent;
  worker.report.ledger.lost += count - sent;
  FreeBurst(mbufs + sent, count - sent);
}

// False when the owner's inbox is full. Where CPUs are shared its owner may be waiting for this one.
bool Give(const LinkWorker& worker, rte_ring* inbox, rte_mbuf* m) {
  if (rte_ring_enqueue(inbox, m) == 0) return true;
  if (!worker.yields) return false;
  sched_yield();
  return rte_ring_enqueue(inbox, m) == 0;
}

// Keeps what this worker owns, in order; the rest goes to its owners. Returns how many are kept.
uint32_t HandOver(LinkWorker& worker, Direction direction, rte_mbuf** mbufs, uint32_t count) {
  const LinkShared& shared = worker.shared;
  const auto workers = static_cast<uint32_t>(shared.inbox.size());
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t owner = WorkerOf(ViewOf(mbufs[i]), direction, shared.affinity_key, workers);
    if (owner == worker.index) {
      mbufs[kept++] = mbufs[i];
      continue;
    }
    ++worker.report.handed_over;
    if (!Give(worker, shared.inbox[owner][static_cast<size_t>(direction)], mbufs[i])) {
      ++worker.report.handover_lost;
      ++worker.report.ledger.lost;
      FreeBurst(mbufs + i, 1);
    }
  }
  return kept;
}

// One poll of everything this worker serves; returns the number of packets.
uint32_t Turn(LinkWorker& worker, bool from_ports) {
  uint32_t packets = 0;
  for (const Direction direction : {Direction::kInward, Direction::kOutward}) {
    if (from_ports) packets += ServePort(worker, direction);
    if (!worker.shared.inbox.empty()) packets += ServeInbox(worker, direction);
  }
  worker.shared.grace.Quiescent(worker.index);
  return packets;
}

void Account(LinkWorker& worker, uint64_t& before, uint32_t packets) {
  const uint64_t now = rte_rdtsc();
  worker.report.total_cycles += now - before;
  if (packets > 0) worker.report.busy_cycles += now - before;
  before = now;
  worker.heartbeat.store(worker.heartbeat.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  worker.box.Answer([&worker](WorkerReport& report) { report = ReportOf(worker); });
}

}  // namespace

WorkerReport ReportOf(const LinkWorker& worker) {
  WorkerReport report = worker.report;
  report.counters = worker.state.counters;
  report.limiter_evicted = worker.state.limiter_evicted();
  return report;
}

void JudgeBurst(LinkWorker& worker, Direction direction, rte_mbuf** mbufs, uint32_t count, Tick now) {
  Batch& batch = worker.batch;
  batch.Clear();
  for (uint32_t i = 0; i < count; ++i) batch.Add(ViewOf(mbufs[i]), direction);
  RunPipeline(batch, worker.shared.policy, worker.shared.table.Read(), worker.state, now);
  std::array<rte_mbuf*, kBatchMax> refused;
  uint32_t forwarded = 0;
  uint32_t dropped = 0;
  for (uint32_t i = 0; i < count; ++i) {
    rte_mbuf* const m = mbufs[i];
    const bool forwards = Forwards(batch.verdict[i]);
    mbufs[forwarded] = m;
    refused[dropped] = m;
    forwarded += forwards ? 1 : 0;
    dropped += forwards ? 0 : 1;
  }
  worker.report.ledger.dropped += dropped;
  FreeBurst(refused.data(), dropped);
  Send(worker, direction, mbufs, forwarded);
}

uint32_t ServePort(LinkWorker& worker, Direction direction) {
  const PortQueues& from = worker.ports[static_cast<size_t>(direction)];
  if (from.rx_queue == kNoQueue) return 0;
  std::array<rte_mbuf*, kBatchMax> mbufs;
  const uint32_t count = rte_eth_rx_burst(from.port, from.rx_queue, mbufs.data(), kBatchMax);
  if (count == 0) return 0;
  worker.report.ports[static_cast<size_t>(direction)].received += count;
  worker.report.ledger.received += count;
  PrefetchHeaders(mbufs.data(), count);
  if (worker.shared.latency) {
    const uint32_t stamp = Stamp();
    for (uint32_t i = 0; i < count; ++i) mbufs[i]->hash.usr = stamp;
  }
  const uint32_t kept = worker.shared.inbox.empty() ? count : HandOver(worker, direction, mbufs.data(), count);
  if (kept > 0) JudgeBurst(worker, direction, mbufs.data(), kept, MonotonicNow());
  return count;
}

uint32_t ServeInbox(LinkWorker& worker, Direction direction) {
  rte_ring* const inbox = worker.shared.inbox[worker.index][static_cast<size_t>(direction)];
  std::array<rte_mbuf*, kBatchMax> mbufs;
  const uint32_t count = rte_ring_sc_dequeue_burst(inbox, reinterpret_cast<void**>(mbufs.data()), kBatchMax, nullptr);
  if (count == 0) return 0;
  PrefetchHeaders(mbufs.data(), count);
  JudgeBurst(worker, direction, mbufs.data(), count, MonotonicNow());
  return count;
}

int RunLinkWorker(void* argument) {
  LinkWorker& worker = *static_cast<LinkWorker*>(argument);
  LinkShared& shared = worker.shared;
  shared.grace.Online(worker.index);
  Poller poller;
  uint64_t before = rte_rdtsc();
  while (!shared.stopping.load(std::memory_order_relaxed)) {
    const uint32_t packets = Turn(worker, /*from_ports=*/true);
    Account(worker, before, packets);
    poller.EndTurn();
    if (packets == 0 && worker.yields) sched_yield();
  }
  for (int polls = 0; polls < kDrainPollsMax && Turn(worker, /*from_ports=*/true) > 0;) ++polls;
  // Nobody hands over any more once all have stopped receiving.
  shared.receiving.fetch_sub(1, std::memory_order_acq_rel);
  while (shared.receiving.load(std::memory_order_acquire) > 0) {
    if (Turn(worker, /*from_ports=*/false) == 0) sched_yield();
  }
  while (Turn(worker, /*from_ports=*/false) > 0) continue;
  Account(worker, before, 0);
  shared.grace.Offline(worker.index);
  worker.done.store(true, std::memory_order_release);
  return 0;
}

}  // namespace picket
