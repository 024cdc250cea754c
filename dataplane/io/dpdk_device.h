// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dataplane/batch.h"

struct rte_mempool;

// One port of a link: any DPDK device, opened by device string or PCI address.
namespace picket {

// What a link asks of a device.
//   place   for messages, such as `link wan0, outside`
//   device  DPDK device string or PCI address; a port of that name that exists already is taken as it is
//   side    packets received here are of this direction
//   mtu     largest IP packet; units bytes
struct DeviceRequest {
  std::string place;
  std::string device;
  Direction side = Direction::kInward;
  uint16_t mtu = 1500;
};

// What a device can do, as it says itself.
//   rss_by_address  packets can be spread over queues by the outside address alone, so that both directions meet
//   rss_by_subnet   the same by the /64 of IPv6 addresses
//   reta_entries    of the table that leads from hash to queue
//   spreads         some kind of RSS
//   scatter         a frame may span several mbufs on receive
//   multi_segs      and on send
//   sets_link       it can take its link down and up; known once started
struct DeviceAbilities {
  uint16_t rx_queues_max = 1;
  uint16_t tx_queues_max = 1;
  uint16_t reta_entries = 0;
  bool rss_by_address = false;
  bool rss_by_subnet = false;
  bool spreads = false;
  bool scatter = false;
  bool multi_segs = false;
  bool sets_link = false;
};

// What the device itself counted.
struct DeviceCounters {
  uint64_t missed = 0;     // came in while nobody took them
  uint64_t rx_errors = 0;  // refused by the device
  uint64_t no_mbuf = 0;    // no memory to receive into
  uint64_t tx_errors = 0;  // taken for sending, and not sent
};

// How packets are spread over a port's rx queues.
//   anyhow      as the device likes, one queue an address pair at most
//   by_address  by the outside address alone, over `reta_entries` table entries: the same number on both ports of a
//   link
enum class PortSpreading : uint8_t { kAnyhow, kByAddress };

// An opened port. Owned by one thread until its queues are handed to workers; Close() after they have left.
class DpdkDevice {
 public:
  // Finds or makes the device.
  // errors  NOT_FOUND, FAILED_PRECONDITION, PERMISSION_DENIED: the message says what to do
  static absl::StatusOr<DpdkDevice> Open(const DeviceRequest& request);

  // Sets up queues with `pool` and starts; of its RSS table `reta_entries` are used.
  // errors  FAILED_PRECONDITION: the device refused, with its last words
  absl::Status Start(uint16_t rx_queues, uint16_t tx_queues, PortSpreading spreading, uint16_t reta_entries,
                     rte_mempool* pool);
  void Close();

  uint16_t port() const { return port_; }
  const DeviceRequest& request() const { return request_; }
  const std::string& driver() const { return driver_; }
  const DeviceAbilities& abilities() const { return abilities_; }
  int socket() const { return socket_; }
  uint16_t mtu() const { return mtu_; }
  uint16_t rx_queues() const { return rx_queues_; }
  uint16_t tx_queues() const { return tx_queues_; }

  // What fits through: shorter and longer frames would be refused later, where nobody counts them.
  //   units  bytes without FCS
  uint32_t frame_bytes_min() const { return frame_bytes_min_; }
  uint32_t frame_bytes_max() const { return frame_bytes_max_; }

  bool LinkIsUp() const;
  // errors  UNIMPLEMENTED when the device cannot
  absl::Status SetLink(bool up);
  DeviceCounters ReadCounters() const;

 private:
  absl::Status Configure(PortSpreading spreading);
  absl::Status SpreadByAddress(uint16_t reta_entries);
  absl::Status SetMtu();
  absl::Status HearEverything();
  std::string KernelInterface() const;
  absl::Status SetUpQueues(rte_mempool* pool);
  absl::Status Refused(const std::string& what, int error) const;

  DeviceRequest request_;
  DeviceAbilities abilities_;
  std::string driver_;
  uint16_t port_ = 0;
  uint16_t mtu_ = 0;
  uint32_t frame_bytes_min_ = 0;
  uint32_t frame_bytes_max_ = UINT32_MAX;
  uint16_t rx_queues_ = 0;
  uint16_t tx_queues_ = 0;
  int socket_ = 0;
};

// Bytes of one mbuf that the device's frames need, without headroom.
uint32_t DataRoomFor(const DpdkDevice& device);

}  // namespace picket
