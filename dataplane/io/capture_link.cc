// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_link.h"

namespace picket {
namespace {

constexpr uint32_t kLoopbackFamilyBytes = 4;

}  // namespace

std::optional<CaptureLink> CaptureLinkOf(uint16_t link_type) {
  switch (link_type) {
    case 1:
      return CaptureLink{LinkLayer::kEthernet, 0};
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return CaptureLink{LinkLayer::kRawIp, 0};
    case 0:
    case 108:
      return CaptureLink{LinkLayer::kRawIp, kLoopbackFamilyBytes};
    case 113:
      return CaptureLink{LinkLayer::kLinuxCooked, 0};
    case 276:
      return CaptureLink{LinkLayer::kLinuxCooked2, 0};
    default:
      return std::nullopt;
  }
}

}  // namespace picket
