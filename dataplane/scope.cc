// SPDX-License-Identifier: Apache-2.0
#include "dataplane/scope.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace picket {
namespace {

struct NamedProtocol {
  uint8_t number;
  std::string_view name;
};
constexpr std::array<NamedProtocol, 7> kNamedProtocols = {{{kProtocolIcmp, "icmp"},
                                                           {kProtocolTcp, "tcp"},
                                                           {kProtocolUdp, "udp"},
                                                           {kProtocolGre, "gre"},
                                                           {kProtocolEsp, "esp"},
                                                           {kProtocolIcmp6, "icmp6"},
                                                           {kProtocolSctp, "sctp"}}};

template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<uint8_t> ParseProtocol(std::string_view text) {
  for (const NamedProtocol& p : kNamedProtocols) {
    if (p.name == text) return p.number;
  }
  return ParseNumber<uint8_t>(text);
}

std::optional<PortRange> ParsePortRange(std::string_view text) {
  const size_t dash = text.find('-');
  const std::optional<uint16_t> first = ParseNumber<uint16_t>(text.substr(0, dash));
  const std::optional<uint16_t> last =
      dash == std::string_view::npos ? first : ParseNumber<uint16_t>(text.substr(dash + 1));
  if (!first || !last || *first > *last || *first == 0) return std::nullopt;
  return PortRange{*first, *last};
}

void SortAndMerge(std::vector<PortRange>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<PortRange> merged;
  for (const PortRange& r : ranges) {
    if (!merged.empty() && r.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, r.last);
    } else {
      merged.push_back(r);
    }
  }
  ranges = std::move(merged);
}

}  // namespace

bool Scope::Matches(uint8_t packet_protocol, std::optional<uint16_t> service_port) const {
  if (!MayMatch(packet_protocol)) return false;
  if (ports.empty()) return true;
  return service_port && std::any_of(ports.begin(), ports.end(), [port = *service_port](const PortRange& r) {
           return r.first <= port && port <= r.last;
         });
}

std::optional<Scope> ParseScope(std::string_view text) {
  const size_t slash = text.find('/');
  Scope scope;
  scope.protocol = ParseProtocol(text.substr(0, slash));
  if (!scope.protocol) return std::nullopt;
  if (slash == std::string_view::npos) return scope;
  if (*scope.protocol != kProtocolTcp && *scope.protocol != kProtocolUdp) return std::nullopt;
  std::string_view rest = text.substr(slash + 1);
  for (bool more = true; more;) {
    const size_t comma = rest.find(',');
    const std::optional<PortRange> range = ParsePortRange(rest.substr(0, comma));
    if (!range || scope.ports.size() == kPortRangesMax) return std::nullopt;
    scope.ports.push_back(*range);
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  SortAndMerge(scope.ports);
  return scope;
}

std::string ProtocolName(uint8_t protocol) {
  for (const NamedProtocol& p : kNamedProtocols) {
    if (p.number == protocol) return std::string(p.name);
  }
  return std::to_string(protocol);
}

std::string ToString(const Scope& scope) {
  if (!scope.protocol) return "any";
  std::string text = ProtocolName(*scope.protocol);
  char separator = '/';
  for (const PortRange& r : scope.ports) {
    text += separator;
    text += std::to_string(r.first);
    if (r.last != r.first) text.append("-").append(std::to_string(r.last));
    separator = ',';
  }
  return text;
}

}  // namespace picket
