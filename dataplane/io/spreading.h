// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "dataplane/io/dpdk_device.h"

namespace picket {

// How packets come to the worker that owns their outside address.
//   auto      by the device where both devices can, else in software
//   rss       by the device; refused when one cannot
//   software  whoever receives a packet hands it to its owner through a ring
//   single    one worker owns everything
enum class Spreading : uint8_t { kAuto, kRss, kSoftware, kSingle };
std::string_view Name(Spreading spreading);

// What workers need of a device.
//   owns_subnets  IPv6 addresses of one /64 must meet the same worker, as rates per /64 need
struct SpreadingNeed {
  uint32_t workers = 1;
  bool owns_subnets = true;
};

// Settles `spreading` as far as one port decides it: auto becomes software, with the reason in `note`, when the port
// cannot spread by address. After both ports were asked, what is still auto is rss.
//   errors  FAILED_PRECONDITION: rss was asked for and this port cannot; the message says what to change
absl::Status SettleSpreading(const DeviceRequest& request, const DeviceAbilities& can, const SpreadingNeed& need,
                             Spreading& spreading, std::string& note);

}  // namespace picket
