// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/capture_link.h"

namespace picket {

std::optional<LinkLayer> LinkLayerOf(uint16_t link_type) {
  switch (link_type) {
    case 1:
      return LinkLayer::kEthernet;
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return LinkLayer::kRawIp;
    case 0:
    case 108:
      return LinkLayer::kBsdLoopback;
    case 113:
      return LinkLayer::kLinuxCooked;
    case 276:
      return LinkLayer::kLinuxCooked2;
    default:
      return std::nullopt;
  }
}

}  // namespace picket
