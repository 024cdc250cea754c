// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "absl/status/status.h"
#include "dataplane/io/dpdk_device.h"

// Messages for devices that do not open: what is wrong, and the command that mends it. Needs no DPDK.
namespace picket {

// The device is given by PCI address, not by driver name.
bool IsPciAddress(const std::string& device);

// The value of `key` in a device string; empty when it is not there.
//   source  DPDK programmer's guide, device arguments: NAME[,key=value...]
std::string DeviceArgument(const std::string& device, const std::string& key);

// How many bytes a frame slot of the device has, as its string says; 0 for devices without slots. net_af_packet
// receives into slots of a fixed size, tells DPDK a constant instead of it, and wants mbufs of at least that size.
uint32_t FrameSlotBytes(const std::string& device);

// Looks for what DPDK would report badly or not at all: no such interface, file, or PCI device; no permission.
// errors  NOT_FOUND, PERMISSION_DENIED
absl::Status CheckDeviceExists(const DeviceRequest& request);

// The device could not be made; `error` is DPDK's (negative errno) and `log` its last words.
absl::Status AdviceForProbe(const DeviceRequest& request, int error, const std::string& log);
// The device cannot carry packets of the size asked for.
absl::Status AdviceForMtu(const DeviceRequest& request, const std::string& log);
// The device offers fewer queues than needed. `what` is rx or tx.
absl::Status AdviceForQueues(const DeviceRequest& request, const std::string& what, uint32_t wanted, uint32_t offered);

}  // namespace picket
