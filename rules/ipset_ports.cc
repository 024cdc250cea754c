// SPDX-License-Identifier: Apache-2.0
#include "rules/ipset_ports.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "rules/listed_address.h"

namespace picket {
namespace {

constexpr uint8_t kProtocolUdpLite = 136;

struct IpsetProtocol {
  std::string_view name;
  uint8_t number;
};
// Names that `ipset save` takes from /etc/protocols and ParseScope does not know.
constexpr std::array<IpsetProtocol, 9> kIpsetProtocols = {{{"igmp", 2},
                                                           {"ipencap", 4},
                                                           {"ipv6", 41},
                                                           {"ah", 51},
                                                           {"icmpv6", kProtocolIcmp6},
                                                           {"ipv6-icmp", kProtocolIcmp6},
                                                           {"ospf", 89},
                                                           {"vrrp", 112},
                                                           {"udplite", kProtocolUdpLite}}};

absl::Status Refuse(const std::string& reason) { return absl::InvalidArgumentError(reason); }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::optional<uint8_t> ParseProtocol(std::string_view text) {
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), Lower);
  for (const IpsetProtocol& known : kIpsetProtocols) {
    if (known.name == name) return known.number;
  }
  const std::optional<Scope> scope = ParseScope(name);
  if (!scope || !scope->ports.empty() || scope->protocol == 0) return std::nullopt;
  return scope->protocol;
}

bool StartsAtZero(std::string_view ports) {
  const std::string_view first = ports.substr(0, ports.find('-'));
  return !first.empty() && first.find_first_not_of('0') == std::string_view::npos;
}

absl::StatusOr<Scope> ParseTcpUdpPorts(uint8_t protocol, std::string_view ports) {
  if (StartsAtZero(ports)) return Refuse(QuotedPart(ports) + ": no legal packet has port 0: start at port 1");
  std::optional<Scope> scope;
  if (ports.find(',') == std::string_view::npos) scope = ParseScope(ProtocolName(protocol) + "/" + std::string(ports));
  if (!scope) return Refuse(QuotedPart(ports) + " is no port or range of ports: write numbers from 1 to 65535");
  return *scope;
}

}  // namespace

absl::StatusOr<Scope> ParseIpsetPorts(std::string_view text) {
  const size_t colon = text.find(':');
  const bool has_protocol = colon != std::string_view::npos;
  const std::string_view ports = has_protocol ? text.substr(colon + 1) : text;
  const std::optional<uint8_t> protocol = has_protocol ? ParseProtocol(text.substr(0, colon)) : kProtocolTcp;
  if (!protocol) return Refuse(QuotedPart(text.substr(0, colon)) + " is no known protocol: write its number");
  switch (*protocol) {
    case kProtocolTcp:
    case kProtocolUdp:
      return ParseTcpUdpPorts(*protocol, ports);
    case kProtocolIcmp:
    case kProtocolIcmp6:
      return Refuse(QuotedPart(text) + " names an ICMP type: entries are for all ICMP or none");
    case kProtocolSctp:
    case kProtocolUdpLite:
      return Refuse(QuotedPart(text) + " names a port of SCTP or UDP-Lite: entries have ports of TCP and UDP only");
    default:
      if (ports != "0") return Refuse(QuotedPart(text) + ": a protocol without ports is written with port 0");
      return Scope{protocol, {}};
  }
}

}  // namespace picket
