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
#include "dataplane/io/dpdk_unmap.h"
#include "dataplane/io/kernel_interface.h"

namespace picket {
namespace {

constexpr uint16_t kDescriptors = 1024;
constexpr uint16_t kLinkBytes = RTE_ETHER_HDR_LEN + 2 * RTE_VLAN_HLEN;
constexpr uint32_t kDataRoomLeast = 2048;
constexpr uint32_t kSlotHeaderBytes = 64;  // at most, of a slot of net_af_packet
// Fragments have types of their own, and must meet the rest.
constexpr uint64_t kRssFamilies = RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6;
constexpr uint64_t kRssSides = RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY;
// With a period of 16 bits the Toeplitz hash of an address does not depend on where in the tuple it stands, so source
// and destination alike land on the same queue (Woo, Park: "Scalable TCP session monitoring with symmetric RSS", 2012).
constexpr std::array<uint8_t, 2> kRssKeyPeriod = {0x6d, 0x5a};
constexpr size_t kRssKeyBytesMin = 40;
constexpr size_t kRssKeyBytesMax = 64;
using RssKey = std::array<uint8_t, kRssKeyBytesMax>;

RssKey SymmetricKey() {
  RssKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = kRssKeyPeriod[i % kRssKeyPeriod.size()];
  return key;
}

std::string NameOf(const std::string& device) { return device.substr(0, device.find(',')); }

DeviceAbilities AbilitiesOf(const rte_eth_dev_info& info) {
  const uint64_t rss = info.flow_type_rss_offloads;
  const bool by_address = (rss & kRssFamilies) == kRssFamilies && (rss & kRssSides) == kRssSides &&
                          info.hash_key_size >= kRssKeyBytesMin && info.hash_key_size <= kRssKeyBytesMax &&
                          info.reta_size > 0 && info.reta_size <= RTE_ETH_RSS_RETA_SIZE_512;
  return {.rx_queues_max = std::max<uint16_t>(info.max_rx_queues, 1),
          .tx_queues_max = std::max<uint16_t>(info.max_tx_queues, 1),
          .reta_entries = info.reta_size,
          .rss_by_address = by_address,
          .rss_by_subnet = by_address && (rss & RTE_ETH_RSS_L3_PRE64) != 0,
          .spreads = (rss & RTE_ETH_RSS_IP) != 0,
          .scatter = (info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) != 0,
          .multi_segs = (info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS) != 0};
}

// What to hash so that queue i of both ports serves the same addresses.
uint64_t HashOf(Direction side, const DeviceAbilities& can, uint64_t offered) {
  uint64_t hash = kRssFamilies;
  hash |= side == Direction::kInward ? RTE_ETH_RSS_L3_SRC_ONLY : RTE_ETH_RSS_L3_DST_ONLY;
  if (can.rss_by_subnet) hash |= RTE_ETH_RSS_L3_PRE64;
  // Tunnels are judged by their outer header.
  if ((offered & RTE_ETH_RSS_LEVEL_MASK) != 0) hash |= RTE_ETH_RSS_LEVEL_OUTERMOST;
  return hash;
}

// Both ports' tables repeat after `period` entries, whatever their sizes, so that they agree on every hash.
int FillRssTable(uint16_t port, uint16_t entries, uint16_t period, uint16_t queues) {
  std::array<rte_eth_rss_reta_entry64, RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE> table{};
  for (uint16_t entry = 0; entry < entries; ++entry) {
    rte_eth_rss_reta_entry64& group = table[entry / RTE_ETH_RETA_GROUP_SIZE];
    group.mask |= uint64_t{1} << entry % RTE_ETH_RETA_GROUP_SIZE;
    group.reta[entry % RTE_ETH_RETA_GROUP_SIZE] = static_cast<uint16_t>(entry % period % queues);
  }
  return rte_eth_dev_rss_reta_update(port, table.data(), entries);
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

absl::Status DpdkDevice::Configure(PortSpreading spreading) {
  rte_eth_dev_info info{};
  if (const int failed = rte_eth_dev_info_get(port_, &info); failed != 0) return Refused("info", failed);
  if (IsPciAddress(request_.device) && request_.mtu > info.max_mtu) {
    return AdviceForMtu(request_, absl::StrFormat("at most %d", info.max_mtu));
  }
  rte_eth_conf conf{};
  const uint32_t overhead =
      info.max_mtu != UINT16_MAX && info.max_rx_pktlen > info.max_mtu ? info.max_rx_pktlen - info.max_mtu : 18;
  mtu_ = static_cast<uint16_t>(
      std::min<uint32_t>({request_.mtu, info.max_mtu, std::max(info.max_rx_pktlen, overhead) - overhead}));
  conf.rxmode.mtu = mtu_;
  conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
  conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  RssKey key = SymmetricKey();
  rte_eth_rss_conf& rss = conf.rx_adv_conf.rss_conf;
  if (spreading == PortSpreading::kByAddress) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    rss.rss_key = key.data();
    rss.rss_key_len = info.hash_key_size;
    rss.rss_hf = HashOf(request_.side, abilities_, info.flow_type_rss_offloads);
  } else if (rx_queues_ > 1 && IsPciAddress(request_.device)) {
    // Without it most NICs deliver everything to queue 0. By address pair: all fragments of a datagram stay together.
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    rss.rss_hf = info.flow_type_rss_offloads & kRssFamilies;
  }
  const int failed = rte_eth_dev_configure(port_, rx_queues_, tx_queues_, &conf);
  if (failed != 0) return Refused(absl::StrFormat("%d rx and %d tx queues", rx_queues_, tx_queues_), failed);
  return absl::OkStatus();
}

// A driver may drop what it does not like of an RSS request without a word, so it is asked what it took.
absl::Status DpdkDevice::SpreadByAddress(uint16_t reta_entries) {
  if (const int failed = FillRssTable(port_, abilities_.reta_entries, reta_entries, rx_queues_); failed != 0) {
    return Refused("its RSS table", failed);
  }
  RssKey key{};
  rte_eth_rss_conf taken{};
  taken.rss_key = key.data();
  taken.rss_key_len = key.size();
  const int failed = rte_eth_dev_rss_hash_conf_get(port_, &taken);
  if (failed != 0) return Refused("to tell its RSS hash", failed);
  const RssKey wanted = SymmetricKey();
  const uint64_t side = request_.side == Direction::kInward ? RTE_ETH_RSS_L3_SRC_ONLY : RTE_ETH_RSS_L3_DST_ONLY;
  const bool same_key = std::equal(key.begin(), key.begin() + kRssKeyBytesMin, wanted.begin());
  if (same_key && (taken.rss_hf & kRssFamilies) == kRssFamilies && (taken.rss_hf & kRssSides) == side) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s: %s took another RSS hash than asked for: set affinity = \"software\"", request_.place, request_.device));
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
    frame_bytes_max_ = slot - kSlotHeaderBytes;
  } else if (request_.mtu != RTE_ETHER_MTU) {
    const int failed = rte_eth_dev_set_mtu(port_, request_.mtu);
    if (failed != 0 && failed != -ENOTSUP) return AdviceForMtu(request_, TakeDpdkLog());
    if (failed == 0) mtu_ = request_.mtu;
  }
  // A NIC may take a runt for an attack of its driver, and the kernel refuses it.
  if (IsPciAddress(request_.device) || !KernelInterface().empty()) frame_bytes_min_ = RTE_ETHER_HDR_LEN;
  if (IsPciAddress(request_.device)) frame_bytes_max_ = mtu_ + kLinkBytes;
  // The kernel refuses more than its MTU, a VLAN tag apart, when nobody looks any more.
  if (const std::optional<uint32_t> mtu = InterfaceMtu(KernelInterface())) {
    frame_bytes_max_ = std::min<uint32_t>(frame_bytes_max_, *mtu + RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN);
  }
  return absl::OkStatus();
}

// A bump in the wire hears everything. Virtual devices that cannot be told so hear everything anyway; a NIC does not.
absl::Status DpdkDevice::HearEverything() {
  const int failed = rte_eth_promiscuous_enable(port_);
  rte_eth_allmulticast_enable(port_);
  if (failed == 0 || !IsPciAddress(request_.device)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "%s: %s does not hear frames for other addresses: %s. A virtual function needs `ip link set PF vf "
      "N trust on` on the host",
      request_.place, request_.device, rte_strerror(-failed)));
}

absl::Status DpdkDevice::Start(uint16_t rx_queues, uint16_t tx_queues, PortSpreading spreading, uint16_t reta_entries,
                               rte_mempool* pool) {
  rx_queues_ = rx_queues;
  tx_queues_ = tx_queues;
  if (absl::Status configured = Configure(spreading); !configured.ok()) return configured;
  if (absl::Status queues = SetUpQueues(pool); !queues.ok()) return queues;
  if (absl::Status fits = SetMtu(); !fits.ok()) return fits;
  if (const int failed = rte_eth_dev_start(port_); failed != 0) return Refused("to start", failed);
  if (absl::Status hears = HearEverything(); !hears.ok()) return hears;
  if (spreading == PortSpreading::kByAddress) {
    if (absl::Status spread = SpreadByAddress(reta_entries); !spread.ok()) return spread;
  }
  abilities_.sets_link = !KernelInterface().empty() || rte_eth_dev_set_link_up(port_) == 0;
  TakeDpdkLog();
  return absl::OkStatus();
}

void DpdkDevice::Close() { ClosePort(port_, driver_); }

std::string DpdkDevice::KernelInterface() const {
  if (driver_ != "net_af_packet" && driver_ != "net_af_xdp") return "";
  return DeviceArgument(request_.device, "iface");
}

bool DpdkDevice::LinkIsUp() const {
  if (const std::string interface = KernelInterface(); !interface.empty()) return InterfaceIsUp(interface);
  rte_eth_link link{};
  return rte_eth_link_get_nowait(port_, &link) != 0 || link.link_status == RTE_ETH_LINK_UP;
}

absl::Status DpdkDevice::SetLink(bool up) {
  const std::string interface = KernelInterface();
  const bool set = interface.empty() ? (up ? rte_eth_dev_set_link_up(port_) : rte_eth_dev_set_link_down(port_)) == 0
                                     : SetInterface(interface, up);
  return set ? absl::OkStatus() : absl::UnimplementedError(driver_ + " cannot set its link");
}

DeviceCounters DpdkDevice::ReadCounters() const {
  rte_eth_stats stats{};
  if (rte_eth_stats_get(port_, &stats) != 0) return {};
  return {.missed = stats.imissed, .rx_errors = stats.ierrors, .no_mbuf = stats.rx_nombuf, .tx_errors = stats.oerrors};
}

}  // namespace picket
