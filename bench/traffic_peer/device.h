// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <rte_mbuf.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/traffic_peer/options.h"

namespace picket::peer {

// One opened device.
//   units   `refused` counts tries: a frame that the device refused is offered again
struct Device {
  uint16_t port = 0;
  std::string name;
  std::string driver;
  uint64_t sent = 0;
  uint64_t refused = 0;
  uint64_t received = 0;

  // Offers frames; those accepted are gone, the others stay the caller's.
  uint32_t Send(std::span<rte_mbuf*> frames);
  // Takes up to as many frames as `frames` holds.
  uint32_t Receive(std::span<rte_mbuf*> frames);
};

// DPDK and everything in it. One per process: DPDK starts only once.
//   errors  a message on stderr, then the program ends with status 1
class Devices {
 public:
  explicit Devices(const Options& options);
  ~Devices();
  Devices(const Devices&) = delete;
  Devices& operator=(const Devices&) = delete;

  // Waits until the links of all devices are up; false when they are not within options.link_wait_s.
  bool WaitForLinks() const;
  // Stops the devices, so that they give their mbufs back.
  void Stop();

  // The device that frames of one direction leave by, and the one they come back by.
  Device& From(bool inward) { return all_[inward || all_.size() == 1 ? 0 : 1]; }
  Device& To(bool inward) { return all_[inward && all_.size() == 2 ? 1 : 0]; }

  // One device cannot tell what went in from what went out: there `both` means `in`.
  bool BothWays(Flow flow) const { return flow == Flow::kBoth && all_.size() == 2; }

  std::vector<Device>& all() { return all_; }
  rte_mempool* pool() const { return pool_; }
  uint32_t simd_bits() const;
  uint32_t free_mbufs() const;

 private:
  void Start(Device& device);

  const Options& options_;
  rte_mempool* pool_ = nullptr;
  std::vector<Device> all_;
  bool running_ = true;
};

}  // namespace picket::peer
