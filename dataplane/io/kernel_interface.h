// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

// The kernel's own view of the network interface behind net_af_packet or net_af_xdp, which these drivers do not tell.
//   source  netdevice(7)
namespace picket {

// units  bytes of the largest IP packet; nothing when there is no such interface here
std::optional<uint32_t> InterfaceMtu(const std::string& interface);
// Administratively up, and its other end too (carrier).
bool InterfaceIsUp(const std::string& interface);
// False when the kernel refuses (no CAP_NET_ADMIN).
bool SetInterface(const std::string& interface, bool up);

}  // namespace picket
