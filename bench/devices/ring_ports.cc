// SPDX-License-Identifier: Apache-2.0
#include "bench/devices/ring_ports.h"

#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "bench/traffic_peer/frame.h"
#include "dataplane/bytes.h"

namespace picket {
namespace {

constexpr uint32_t kRingSlots = 2 * kPacketsInCircle;
constexpr uint32_t kBurst = 32;
constexpr uint32_t kPoolCache = 256;

void Check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "device_bench: %s: %s\n", what, rte_strerror(rte_errno));
  std::exit(1);
}

rte_ring* MakeRing(const std::string& name) {
  rte_ring* ring =
      rte_ring_create(name.c_str(), kRingSlots, static_cast<int>(rte_socket_id()), RING_F_SP_ENQ | RING_F_SC_DEQ);
  Check(ring != nullptr, "ring");
  return ring;
}

}  // namespace

// What DPDK calls for each burst.
struct RingPortCallbacks {
  static void Address(RingPorts& ports, rte_mbuf** mbufs, uint16_t count) {
    const size_t mask = ports.addresses_.size() - 1;
    for (uint16_t i = 0; i < count; ++i) {
      uint8_t* frame = rte_pktmbuf_mtod(mbufs[i], uint8_t*);
      std::memcpy(frame + peer::kSourceAt, &ports.addresses_[ports.next_address_++ & mask], 4);
    }
  }

  static uint16_t Circle(uint16_t, uint16_t, rte_mbuf** mbufs, uint16_t count, uint16_t, void* argument) {
    Address(*static_cast<RingPorts*>(argument), mbufs, count);
    return count;
  }

  static uint16_t Source(uint16_t, uint16_t, rte_mbuf** mbufs, uint16_t, uint16_t most, void* argument) {
    RingPorts& ports = *static_cast<RingPorts*>(argument);
    // The pool's packets are as they were freed: complete frames of one segment.
    if (rte_mempool_get_bulk(ports.pool_, reinterpret_cast<void**>(mbufs), most) != 0) return 0;
    Address(ports, mbufs, most);
    return most;
  }

  static uint16_t Sink(uint16_t, uint16_t, rte_mbuf**, uint16_t count, void* argument) {
    RingPorts& ports = *static_cast<RingPorts*>(argument);
    std::array<void*, kBurst> sent;
    const uint32_t got = rte_ring_sc_dequeue_burst(ports.rings_[1], sent.data(), kBurst, nullptr);
    if (got != 0) rte_mempool_put_bulk(ports.pool_, sent.data(), got);
    return count;
  }
};

RingPorts::RingPorts(uint32_t number, Network network, const AddressStream& addresses)
    : network_(network), addresses_(addresses) {
  const std::string tag = std::to_string(number);
  pool_ = rte_pktmbuf_pool_create(("packets" + tag).c_str(), kPacketsInCircle, kPoolCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
                                  static_cast<int>(rte_socket_id()));
  Check(pool_ != nullptr, "pool");
  for (size_t i = 0; i < 2; ++i) rings_[i] = MakeRing("bench" + std::to_string(i) + "." + tag);
  // What the second port sends goes to ring 0 and so to the first, or to ring 1, from where it is put away.
  rte_ring* const sent = rings_[network == Network::kCircle ? 0 : 1];
  rte_ring* const nothing = MakeRing("empty." + tag);
  for (size_t i = 0; i < 2; ++i) {
    const std::string name = (i == 0 ? "first" : "second") + tag;
    rte_ring* const receives = i == 0 ? rings_[0] : nothing;
    rte_ring* const sends = i == 0 ? nothing : sent;
    const int port = rte_eth_from_rings(name.c_str(), &receives, 1, &sends, 1, rte_socket_id());
    Check(port >= 0, "ring port");
    ports_[i] = static_cast<uint16_t>(port);
    std::array<char, RTE_ETH_NAME_MAX_LEN> full{};
    rte_eth_dev_get_name_by_port(ports_[i], full.data());
    names_[i] = full.data();
  }
  FillPool();
}

void RingPorts::FillPool() {
  std::array<rte_mbuf*, kPacketsInCircle> all;
  Check(rte_pktmbuf_alloc_bulk(pool_, all.data(), kPacketsInCircle) == 0, "packets");
  uint64_t index = 0;
  for (rte_mbuf* mbuf : all) {
    auto* frame = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(mbuf, kPacketBytes));
    peer::BuildUdpFrame({frame, kPacketBytes}, index, /*inward=*/true, /*seed=*/index);
    ++index;
  }
  if (network_ == Network::kCircle) {
    rte_ring_sp_enqueue_bulk(rings_[0], reinterpret_cast<void**>(all.data()), kPacketsInCircle, nullptr);
  } else {
    // Without rte_pktmbuf_free: it would reset what makes them frames.
    rte_mempool_put_bulk(pool_, reinterpret_cast<void**>(all.data()), kPacketsInCircle);
  }
}

void RingPorts::Begin(uint16_t first_port, uint16_t second_port) {
  const bool circle = network_ == Network::kCircle;
  ports_[0] = first_port;
  ports_[1] = second_port;
  rx_callback_ =
      rte_eth_add_rx_callback(first_port, 0, circle ? RingPortCallbacks::Circle : RingPortCallbacks::Source, this);
  if (!circle) tx_callback_ = rte_eth_add_tx_callback(second_port, 0, RingPortCallbacks::Sink, this);
}

void RingPorts::End() {
  rte_eth_remove_rx_callback(ports_[0], 0, rx_callback_);
  if (tx_callback_ != nullptr) rte_eth_remove_tx_callback(ports_[1], 0, tx_callback_);
}

RingPorts::~RingPorts() {
  for (rte_ring* ring : rings_) rte_ring_free(ring);
  rte_mempool_free(pool_);
}

}  // namespace picket
