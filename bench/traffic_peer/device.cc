// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/device.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "bench/traffic_peer/run.h"
#include "dataplane/io/dpdk_unmap.h"

// rte_vect_get_max_simd_bitwidth: its header forgets to say that it is a C function.
uint16_t MaxSimdBits() asm("rte_vect_get_max_simd_bitwidth");

namespace picket::peer {
namespace {

constexpr uint16_t kDescriptors = 1'024;
constexpr uint32_t kPoolCache = 256;
constexpr uint32_t kLinkHeaderBytes = 14;
constexpr uint32_t kFrameOverheadBytes = 18;  // with the check sequence, as max_rx_pktlen counts

[[noreturn]] void Fail(const std::string& what, int error) {
  std::fprintf(stderr, "picket-traffic: %s: %s\n", what.c_str(), rte_strerror(error < 0 ? -error : error));
  std::exit(1);
}

std::vector<std::string> EalArguments(const Options& o) {
  std::vector<std::string> arguments{"picket-traffic",
                                     "--no-pci",
                                     "--no-telemetry",
                                     "--log-level=error",
                                     "--file-prefix",
                                     o.file_prefix,
                                     "--lcores",
                                     "0@" + std::to_string(o.core),
                                     "-m",
                                     std::to_string(o.memory_mib),
                                     "--force-max-simd-bitwidth=" + std::to_string(o.simd_bits)};
  if (o.hugepages) {
    arguments.insert(arguments.end(), {"--in-memory", "--single-file-segments"});
  } else {
    arguments.insert(arguments.end(), {"--no-huge", "--no-shconf"});
  }
  for (const std::string& device : o.devices) arguments.insert(arguments.end(), {"--vdev", device});
  return arguments;
}

void StartEal(const Options& o) {
  std::vector<std::string> arguments = EalArguments(o);
  std::vector<char*> argv;
  argv.reserve(arguments.size());
  for (std::string& a : arguments) argv.push_back(a.data());
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0) Fail("DPDK does not start", rte_errno);
}

uint16_t WantedMtu(const Options& o, const rte_eth_dev_info& info) {
  const uint32_t longest = *std::max_element(o.lengths.begin(), o.lengths.end());
  const uint32_t wanted = o.mtu != 0 ? o.mtu : std::max<uint32_t>(1'500, longest - std::min(longest, kLinkHeaderBytes));
  // memif claims 1,518 bytes and takes longer frames all the same.
  const uint32_t most = info.max_rx_pktlen == 0 ? info.max_mtu : info.max_rx_pktlen - kFrameOverheadBytes;
  return static_cast<uint16_t>(std::min<uint32_t>({wanted, most, info.max_mtu}));
}

rte_eth_conf Configuration(const Options& o, const rte_eth_dev_info& info) {
  rte_eth_conf conf{};
  conf.rxmode.mtu = WantedMtu(o, info);
  conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
  conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  return conf;
}

}  // namespace

uint32_t Device::Send(std::span<rte_mbuf*> frames) {
  const uint32_t accepted = rte_eth_tx_burst(port, 0, frames.data(), static_cast<uint16_t>(frames.size()));
  sent += accepted;
  refused += frames.size() - accepted;
  return accepted;
}

uint32_t Device::Receive(std::span<rte_mbuf*> frames) {
  const uint32_t got = rte_eth_rx_burst(port, 0, frames.data(), static_cast<uint16_t>(frames.size()));
  received += got;
  return got;
}

Devices::Devices(const Options& options) : options_(options) {
  StartEal(options);
  pool_ = rte_pktmbuf_pool_create("traffic", options.mbufs, kPoolCache, 0,
                                  static_cast<uint16_t>(options.room_bytes + RTE_PKTMBUF_HEADROOM),
                                  static_cast<int>(rte_socket_id()));
  if (pool_ == nullptr) Fail("no memory for mbufs: raise --memory-mib", rte_errno);
  for (const std::string& text : options.devices) {
    Device& device = all_.emplace_back();
    device.name = text.substr(0, text.find(','));
    if (rte_eth_dev_get_port_by_name(device.name.c_str(), &device.port) != 0) Fail("no device " + text, ENODEV);
    Start(device);
  }
}

void Devices::Start(Device& device) {
  rte_eth_dev_info info{};
  int error = rte_eth_dev_info_get(device.port, &info);
  if (error != 0) Fail(device.name + ": no information", error);
  device.driver = info.driver_name;
  const rte_eth_conf conf = Configuration(options_, info);
  error = rte_eth_dev_configure(device.port, 1, 1, &conf);
  if (error != 0) Fail(device.name + ": configure", error);
  uint16_t rx = kDescriptors;
  uint16_t tx = kDescriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(device.port, &rx, &tx);
  error = rte_eth_rx_queue_setup(device.port, 0, rx, rte_socket_id(), nullptr, pool_);
  if (error != 0) Fail(device.name + ": receive queue", error);
  error = rte_eth_tx_queue_setup(device.port, 0, tx, rte_socket_id(), nullptr);
  if (error != 0) Fail(device.name + ": send queue", error);
  error = rte_eth_dev_start(device.port);
  if (error != 0) Fail(device.name + ": start", error);
  rte_eth_promiscuous_enable(device.port);  // some devices take every frame anyway and refuse
}

bool Devices::WaitForLinks() const {
  const uint64_t deadline = NowNs() + options_.link_wait_s * 1'000'000'000ULL;
  const auto up = [](const Device& device) {
    rte_eth_link link{};
    return rte_eth_link_get_nowait(device.port, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
  };
  while (!std::all_of(all_.begin(), all_.end(), up)) {
    if (NowNs() > deadline || Stopped()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

void Devices::Stop() {
  if (!running_) return;
  running_ = false;
  for (const Device& device : all_) ClosePort(device.port, device.driver);
}

// Without rte_eal_cleanup, which unmaps what the interrupt thread goes on reading.
Devices::~Devices() { Stop(); }

uint32_t Devices::simd_bits() const { return MaxSimdBits(); }
uint32_t Devices::free_mbufs() const { return rte_mempool_avail_count(pool_); }

}  // namespace picket::peer
