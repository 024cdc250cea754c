// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "dataplane/packet_view.h"

namespace picket {

inline constexpr char kCaptureLinksText[] = "Ethernet, raw IP, Linux cooked and BSD loopback can be judged";

// How frames of a link type are judged; nothing for a LINKTYPE_ value that cannot be judged.
//   source  tcpdump.org/linktypes.html; 12 and 14 are what BSD systems write for raw IP
std::optional<LinkLayer> LinkLayerOf(uint16_t link_type);

}  // namespace picket
