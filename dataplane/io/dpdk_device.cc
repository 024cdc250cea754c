// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/dpdk_device.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"
#include "dataplane/io/device_advice.h"
#include "dataplane/io/dpdk_eal.h"

namespace picket {
namespace {

constexpr uint16_t kDescriptors = 1024;
constexpr uint16_t kLinkBytes = RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN;
constexpr uint32_t kDataRoomLeast = 2048;
constexpr uint32_t kSlotHeaderBytes = 64;  // at most, of a slot of net_af_packet
constexpr uint64_t kRssFamilies = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6;
constexpr uint64_t kRssSides = RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY;
// With a period of 16 bits the Toeplitz hash of an address does not depend on where in the tuple it stands, so source
// and destination alike land on the same queue (Woo, Park: "Scalable TCP session monitoring with symmetric RSS", 2012).
constexpr std::array<uint8_t, 2> kRssKeyPeriod = {0x6d, 0x5a};
constexpr size_t kRssKeyBytesMax = 64;

std::string NameOf(const std::string& device) { return device.substr(0, device.find(',')); }

DeviceAbilities AbilitiesOf(const rte_eth_dev_info& info) {
  const uint64_t rss = info.flow_type_rss_offloads;
  const bool by_address =
      (rss & RTE_ETH_RSS_IPV4) != 0 && (rss & RTE_ETH_RSS_IPV6) != 0 && (rss & kRssSides) == kRssSides;
  return {.rx_queues_max = std::max<uint16_t>(info.max_rx_queues, 1),
          .tx_queues_max = std::max<uint16_t>(info.max_tx_queues, 1),
          .mtu_max = info.max_mtu,
          .rss_by_address = by_address && info.reta_size > 0,
          .rss_by_subnet = by_address && (rss & RTE_ETH_RSS_L3_PRE64) != 0,
          .scatter = (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0};
}

// Queue i of both ports serves the same addresses: entry e of either table leads to queue e mod queues.
int SpreadEvenly(uint16_t port, uint16_t queues) {
  rte_eth_dev_info info{};
  if (const int failed = rte_eth_dev_info_get(port, &info); failed != 0) return failed;
  std::array<rte_eth_rss_reta_entry64, RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE> table{};
  if (info.reta_size > RTE_ETH_RSS_RETA_SIZE_512) return -ERANGE;
  for (uint16_t entry = 0; entry < info.reta_size; ++entry) {
    rte_eth_rss_reta_entry64& group = table[entry / RTE_ETH_RETA_GROUP_SIZE];
    group.mask |= uint64_t{1} << entry % RTE_ETH_RETA_GROUP_SIZE;
    group.reta[entry % RTE_ETH_RETA_GROUP_SIZE] = static_cast<uint16_t>(entry % queues);
  }
  return rte_eth_dev_rss_reta_update(port, table.data(), info.reta_size);
}

}  // namespace

uint32_t DataRoomFor(const DpdkDevice& device) {
  const uint32_t slot = FrameSlotBytes(device.request().device);
  const uint32_t frame = device.abilities().scatter ? 0 : device.request().mtu + kLinkBytes;
  return RTE_ALIGN_CEIL(std::max({kDataRoomLeast, slot, frame}), 64U);
}

absl::StatusOr<DpdkDevice> DpdkDevice::Open(const DeviceRequest& request) {
  DpdkDevice device;
  device.request_ = request;
  const std::string name = NameOf(request.device);
  if (rte_eth_dev_get_port_by_name(name.c_str(), &device.port_) != 0) {
    if (absl::Status missing = CheckDeviceExists(request); !missing.ok()) return missing;
    const int failed = rte_dev_probe(request.device.c_str());
    if (failed != 0 || rte_eth_dev_get_port_by_name(name.c_str(), &device.port_) != 0) {
      return AdviceForProbe(request, failed, TakeDpdkLog());
    }
  }
  rte_eth_dev_info info{};
  if (const int failed = rte_eth_dev_info_get(device.port_, &info); failed != 0) return device.Refused("info", failed);
  device.driver_ = info.driver_name;
  device.abilities_ = AbilitiesOf(info);
  device.socket_ = std::max(rte_eth_dev_socket_id(device.port_), 0);
  return device;
}

absl::Status DpdkDevice::Refused(const std::string& what, int error) const {
  return absl::FailedPreconditionError(absl::StrFormat("%s: %s refuses %s: %s (%s)", request_.place, request_.device,
                                                       what, rte_strerror(-error), TakeDpdkLog()));
}

absl::Status DpdkDevice::Configure(bool rss) {
  rte_eth_dev_info info{};
  if (const int failed = rte_eth_dev_info_get(port_, &info); failed != 0) return Refused("info", failed);
  rte_eth_conf conf{};
  const uint32_t overhead =
      info.max_mtu != UINT16_MAX && info.max_rx_pktlen > info.max_mtu ? info.max_rx_pktlen - info.max_mtu : 18;
  mtu_ = static_cast<uint16_t>(
      std::min<uint32_t>({request_.mtu, info.max_mtu, std::max(info.max_rx_pktlen, overhead) - overhead}));
  conf.rxmode.mtu = mtu_;
  conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
  conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  std::array<uint8_t, kRssKeyBytesMax> key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = kRssKeyPeriod[i % kRssKeyPeriod.size()];
  if (rss) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len = std::min<uint8_t>(info.hash_key_size, key.size());
    conf.rx_adv_conf.rss_conf.rss_hf =
        (kRssFamilies & info.flow_type_rss_offloads) |
        (request_.side == Direction::kInward ? RTE_ETH_RSS_L3_SRC_ONLY : RTE_ETH_RSS_L3_DST_ONLY) |
        (abilities_.rss_by_subnet ? RTE_ETH_RSS_L3_PRE64 : 0);
  }
  const int failed = rte_eth_dev_configure(port_, rx_queues_, tx_queues_, &conf);
  if (failed != 0) return Refused(absl::StrFormat("%d rx and %d tx queues", rx_queues_, tx_queues_), failed);
  return absl::OkStatus();
}

absl::Status DpdkDevice::SetUpQueues(rte_mempool* pool) {
  uint16_t rx_descriptors = kDescriptors;
  uint16_t tx_descriptors = kDescriptors;
  rte_eth_dev_adjust_nb_rx_tx_desc(port_, &rx_descriptors, &tx_descriptors);
  const auto socket = static_cast<unsigned>(socket_);
  for (uint16_t q = 0; q < rx_queues_; ++q) {
    const int failed = rte_eth_rx_queue_setup(port_, q, rx_descriptors, socket, nullptr, pool);
    if (failed != 0) return Refused(absl::StrFormat("rx queue %d", q), failed);
  }
  for (uint16_t q = 0; q < tx_queues_; ++q) {
    const int failed = rte_eth_tx_queue_setup(port_, q, tx_descriptors, socket, nullptr);
    if (failed != 0) return Refused(absl::StrFormat("tx queue %d", q), failed);
  }
  return absl::OkStatus();
}

absl::Status DpdkDevice::SetMtu() {
  const uint32_t slot = FrameSlotBytes(request_.device);
  if (slot != 0) {
    // What DPDK knows of the device's limit is a constant; the interface's own MTU is its owner's business.
    if (slot < request_.mtu + kLinkBytes + kSlotHeaderBytes) {
      return AdviceForMtu(request_, absl::StrFormat("its slots have %d bytes", slot));
    }
    mtu_ = request_.mtu;
  } else if (request_.mtu != RTE_ETHER_MTU) {
    const int failed = rte_eth_dev_set_mtu(port_, request_.mtu);
    if (failed != 0 && failed != -ENOTSUP) return AdviceForMtu(request_, TakeDpdkLog());
    if (failed == 0) mtu_ = request_.mtu;
  }
  return absl::OkStatus();
}

absl::Status DpdkDevice::Start(uint16_t rx_queues, uint16_t tx_queues, bool rss, rte_mempool* pool) {
  rx_queues_ = rx_queues;
  tx_queues_ = tx_queues;
  if (absl::Status configured = Configure(rss); !configured.ok()) return configured;
  if (absl::Status queues = SetUpQueues(pool); !queues.ok()) return queues;
  if (absl::Status fits = SetMtu(); !fits.ok()) return fits;
  if (const int failed = rte_eth_dev_start(port_); failed != 0) return Refused("to start", failed);
  // A bump in the wire hears everything. Devices that cannot say so (rings, memif) hear everything anyway.
  rte_eth_promiscuous_enable(port_);
  rte_eth_allmulticast_enable(port_);
  if (rss) {
    const int failed = SpreadEvenly(port_, rx_queues_);
    if (failed != 0) return Refused("its RSS table", failed);
  }
  abilities_.sets_link = rte_eth_dev_set_link_up(port_) == 0;
  TakeDpdkLog();
  return absl::OkStatus();
}

void DpdkDevice::Close() {
  rte_eth_dev_stop(port_);
  rte_eth_dev_close(port_);
}

bool DpdkDevice::LinkIsUp() const {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(port_, &link) != 0 || link.link_status == RTE_ETH_LINK_UP;
}

absl::Status DpdkDevice::SetLink(bool up) {
  const int failed = up ? rte_eth_dev_set_link_up(port_) : rte_eth_dev_set_link_down(port_);
  if (failed == 0) return absl::OkStatus();
  return absl::UnimplementedError(driver_ + " cannot set its link");
}

DeviceCounters DpdkDevice::ReadCounters() const {
  rte_eth_stats stats{};
  if (rte_eth_stats_get(port_, &stats) != 0) return {};
  return {.missed = stats.imissed, .rx_errors = stats.ierrors, .no_mbuf = stats.rx_nombuf};
}

}  // namespace picket
