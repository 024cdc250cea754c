// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "absl/status/statusor.h"
#include "dataplane/scope.h"

namespace picket {

// The `[PROTOCOL:]PORT[-PORT]` of hash:ip,port and hash:net,port. PROTOCOL is a name or number, TCP when left out; a
// protocol without ports is written with port 0 (`gre:0`).
//   errors  kInvalidArgument  no such form, or packets that no Scope names: ICMP types, ports of SCTP and UDP-Lite,
//   port
//           0 of TCP and UDP. The message is a reject reason.
//   source  ipset(8), hash:ip,port
absl::StatusOr<Scope> ParseIpsetPorts(std::string_view text);

}  // namespace picket
