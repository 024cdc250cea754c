// SPDX-License-Identifier: Apache-2.0
#include "bench/devices/macswap.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include <array>
#include <cstring>

#include "dataplane/io/dpdk_unmap.h"

namespace picket {
namespace {

constexpr uint16_t kBurst = 32;
constexpr uint32_t kMacBytes = 6;

void SwapMacs(uint8_t* frame) {
  std::array<uint8_t, kMacBytes> destination;
  std::memcpy(destination.data(), frame, kMacBytes);
  std::memcpy(frame, frame + kMacBytes, kMacBytes);
  std::memcpy(frame + kMacBytes, destination.data(), kMacBytes);
}

uint32_t Forward(Macswap& m, uint16_t from, uint16_t to) {
  std::array<rte_mbuf*, kBurst> mbufs;
  const uint16_t count = rte_eth_rx_burst(from, 0, mbufs.data(), kBurst);
  if (count == 0) return 0;
  for (uint16_t i = 0; i < count; ++i) rte_prefetch0(rte_pktmbuf_mtod(mbufs[i], const void*));
  for (uint16_t i = 0; i < count; ++i) SwapMacs(rte_pktmbuf_mtod(mbufs[i], uint8_t*));
  const uint16_t sent = rte_eth_tx_burst(to, 0, mbufs.data(), count);
  if (sent < count) {
    m.refused.store(m.refused.load(std::memory_order_relaxed) + count - sent, std::memory_order_relaxed);
    rte_pktmbuf_free_bulk(mbufs.data() + sent, static_cast<unsigned>(count - sent));
  }
  return count;
}

}  // namespace

int RunMacswap(void* argument) {
  Macswap& m = *static_cast<Macswap*>(argument);
  Poller poller;
  uint64_t before = rte_rdtsc();
  while (!m.stopping.load(std::memory_order_relaxed)) {
    const uint32_t packets = Forward(m, m.ports[0], m.ports[1]) + Forward(m, m.ports[1], m.ports[0]);
    const uint64_t now = rte_rdtsc();
    m.packets.store(m.packets.load(std::memory_order_relaxed) + packets, std::memory_order_relaxed);
    m.cycles.store(m.cycles.load(std::memory_order_relaxed) + now - before, std::memory_order_relaxed);
    before = now;
    poller.EndTurn();
  }
  return 0;
}

}  // namespace picket
