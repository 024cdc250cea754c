// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/spreading.h"

#include "absl/strings/str_format.h"
#include "dataplane/io/device_advice.h"

namespace picket {
namespace {

absl::Status Refuse(const DeviceRequest& request, const DeviceAbilities& can, const SpreadingNeed& need) {
  if (can.rx_queues_max < need.workers) return AdviceForQueues(request, "rx", need.workers, can.rx_queues_max);
  if (can.tx_queues_max < need.workers) return AdviceForQueues(request, "tx", need.workers, can.tx_queues_max);
  const char* what = can.rss_by_address
                         ? "the /64 of IPv6 addresses (needed unless every rate class has per = \"host\")"
                         : "the outside address alone";
  return absl::FailedPreconditionError(
      absl::StrFormat("%s: %s cannot spread packets over queues by %s: set affinity = \"software\"", request.place,
                      request.device, what));
}

}  // namespace

std::string_view Name(Spreading spreading) {
  switch (spreading) {
    case Spreading::kAuto:
      return "auto";
    case Spreading::kRss:
      return "rss";
    case Spreading::kSoftware:
      return "software";
    case Spreading::kSingle:
      break;
  }
  return "single";
}

absl::Status SettleSpreading(const DeviceRequest& request, const DeviceAbilities& can, const SpreadingNeed& need,
                             Spreading& spreading, std::string& note) {
  const bool enough = can.rx_queues_max >= need.workers && can.tx_queues_max >= need.workers;
  const bool spreads = can.rss_by_address && (can.rss_by_subnet || !need.owns_subnets);
  if (enough && spreads) return absl::OkStatus();
  if (spreading == Spreading::kRss) return Refuse(request, can, need);
  if (spreading == Spreading::kAuto) {
    spreading = Spreading::kSoftware;
    note = absl::StrFormat("%s %s", request.device,
                           spreads ? "has too few queues" : "cannot spread by the outside address");
  }
  return absl::OkStatus();
}

}  // namespace picket
