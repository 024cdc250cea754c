// SPDX-License-Identifier: Apache-2.0
#include "control/packet_text.h"

#include <array>
#include <cctype>

#include "absl/strings/str_format.h"
#include "dataplane/scope.h"

namespace picket {
namespace {

std::string EndpointText(const Address& address, bool has_port, uint16_t port) {
  if (!has_port) return ToString(address);
  const std::string host = address.family == Family::kIpv6 ? "[" + ToString(address) + "]" : ToString(address);
  return absl::StrFormat("%s:%d", host, port);
}

std::string FlagText(const Headers& headers) {
  constexpr std::array<std::string_view, 6> kNames = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  std::string text;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if ((headers.tcp_flags >> i & 1U) != 0) text += " " + std::string(kNames[i]);
  }
  return text;
}

}  // namespace

std::string PacketText(const Batch& batch, uint32_t slot) {
  const Headers& h = batch.headers[slot];
  std::string text = absl::StrFormat("%d bytes", batch.packet[slot].wire_bytes);
  if (h.vlan_tags != 0) text += absl::StrFormat(", %d VLAN tag%s", h.vlan_tags, h.vlan_tags == 1 ? "" : "s");
  if (h.proved != Proved::kNothing) {
    text +=
        absl::StrFormat(", %s %s -> %s, %s%s, hop limit %d, %s", h.family == Family::kIpv4 ? "IPv4" : "IPv6",
                        EndpointText(h.Source(), h.has_ports, h.source_port),
                        EndpointText(h.Destination(), h.has_ports, h.destination_port), ProtocolName(h.protocol),
                        FlagText(h), h.hop_limit, batch.direction[slot] == Direction::kInward ? "inward" : "outward");
  }
  const Reason reason = batch.reason[slot];
  if (Info(reason).stage == "parse") text += ": " + std::string(Info(reason).text);
  return text;
}

std::optional<std::vector<uint8_t>> ParseHex(std::string_view text, size_t bytes_max) {
  if (text.substr(0, 2) == "0x") text.remove_prefix(2);
  std::vector<uint8_t> bytes;
  unsigned digits = 0;
  unsigned value = 0;
  for (const char c : text) {
    if (c == ':' || std::isspace(static_cast<unsigned char>(c)) != 0) continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return std::nullopt;
    const auto digit = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    value = value * 16 + digit;
    if (++digits % 2 != 0) continue;
    if (bytes.size() == bytes_max) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(value));
    value = 0;
  }
  if (digits % 2 != 0) return std::nullopt;
  return bytes;
}

}  // namespace picket
