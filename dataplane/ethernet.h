// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

// What parse and the workers' affinity both know of Ethernet.
//   source  IEEE 802.3, IEEE 802.1Q, IANA "IEEE 802 Numbers"
namespace picket {

inline constexpr uint32_t kEthernetBytes = 14;
inline constexpr uint32_t kEthertypeOffset = 12;
inline constexpr uint32_t kVlanTagBytes = 4;
inline constexpr uint8_t kVlanTagsMax = 2;  // that are looked through

inline constexpr uint16_t kEthertypeIpv4 = 0x0800;
inline constexpr uint16_t kEthertypeArp = 0x0806;
inline constexpr uint16_t kEthertypeIpv6 = 0x86dd;
inline constexpr uint16_t kEthertypeLldp = 0x88cc;

constexpr bool IsVlan(uint16_t ethertype) { return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100; }

}  // namespace picket
