// SPDX-License-Identifier: Apache-2.0
#include "bench/devices/macswap_port.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <cstdio>
#include <cstdlib>

namespace picket {
namespace {

constexpr uint16_t kDescriptors = 1'024;

void Check(int result, const std::string& device, const char* what) {
  if (result >= 0) return;
  std::fprintf(stderr, "device_bench: %s: %s: %s\n", device.c_str(), what, rte_strerror(-result));
  std::exit(1);
}

}  // namespace

uint16_t OpenMacswapPort(const std::string& device, rte_mempool* pool) {
  uint16_t port = 0;
  const std::string name = device.substr(0, device.find(','));
  if (rte_eth_dev_get_port_by_name(name.c_str(), &port) != 0) {
    Check(rte_dev_probe(device.c_str()), device, "open");
    Check(rte_eth_dev_get_port_by_name(name.c_str(), &port), device, "open");
  }
  const rte_eth_conf conf{};
  Check(rte_eth_dev_configure(port, 1, 1, &conf), device, "configure");
  uint16_t rx = kDescriptors;
  uint16_t tx = kDescriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(port, &rx, &tx);
  Check(rte_eth_rx_queue_setup(port, 0, rx, rte_socket_id(), nullptr, pool), device, "receive queue");
  Check(rte_eth_tx_queue_setup(port, 0, tx, rte_socket_id(), nullptr), device, "send queue");
  Check(rte_eth_dev_start(port), device, "start");
  rte_eth_promiscuous_enable(port);
  return port;
}

}  // namespace picket
