// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picket {

// IANA protocol numbers that have a name here.
enum Protocol : uint8_t {
  kProtocolIcmp = 1,
  kProtocolTcp = 6,
  kProtocolUdp = 17,
  kProtocolGre = 47,
  kProtocolEsp = 50,
  kProtocolIcmp6 = 58,
  kProtocolSctp = 132,
};

// Inclusive: first <= last.
struct PortRange {
  uint16_t first = 0;
  uint16_t last = 0;
  friend constexpr auto operator<=>(const PortRange&, const PortRange&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const PortRange& r) {
    return H::combine(std::move(h), r.first, r.last);
  }
};

inline constexpr size_t kPortRangesMax = 64;

// The packets of an address that an entry speaks about: all, one protocol, or one protocol's service ports. The service
// port is the inside endpoint's: the destination port of an inward packet, the source port of an outward one.
//   shapes  empty scope (no protocol): every packet. `ports` needs TCP or UDP; sorted, disjoint, at most
//           kPortRangesMax; empty means every port.
struct Scope {
  std::optional<uint8_t> protocol;
  std::vector<PortRange> ports;

  bool IsEmpty() const { return !protocol.has_value(); }
  // Whether a packet of `packet_protocol` to `service_port` is meant. No port (a later fragment, ICMP) matches only
  // scopes without ports.
  bool Matches(uint8_t packet_protocol, std::optional<uint16_t> service_port) const;
  // Whether some packet of `packet_protocol` is meant, whatever its port.
  bool MayMatch(uint8_t packet_protocol) const { return !protocol || *protocol == packet_protocol; }

  friend auto operator<=>(const Scope&, const Scope&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Scope& s) {
    return H::combine(std::move(h), s.protocol.has_value(), s.protocol.value_or(0), s.ports);
  }
};

// `PROTOCOL[/PORT[-PORT][,PORT[-PORT]]...]`: PROTOCOL is tcp, udp, icmp, icmp6, sctp, gre, esp or a number, ports for
// tcp and udp only. Ranges may come in any order and touch or overlap; the result is sorted and merged.
std::optional<Scope> ParseScope(std::string_view text);
std::string ToString(const Scope& scope);
std::string ProtocolName(uint8_t protocol);

}  // namespace picket
