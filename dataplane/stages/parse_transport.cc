// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/bytes.h"
#include "dataplane/scope.h"
#include "dataplane/stages/parse_layers.h"

namespace picket {
namespace {

constexpr uint32_t kTcpHeaderBytesMin = 20;
constexpr uint32_t kUdpHeaderBytes = 8;
constexpr uint32_t kIcmpHeaderBytes = 8;
constexpr uint32_t kIcmp6HeaderBytes = 4;
constexpr uint8_t kTcpOptionEnd = 0;
constexpr uint8_t kTcpOptionNop = 1;
constexpr uint32_t kDatagramBytesMax = 65'535;

// Whether `bytes` of header can be read. A first fragment that ends before them is a tiny one; one that was merely cut
// by a capture is not.
Reason Need(const IpSpan& ip, const Headers& headers, uint32_t bytes, Reason truncated) {
  const uint32_t at = headers.transport_offset;
  if (ip.end - at < bytes) return headers.more_fragments ? Reason::kFragTiny : truncated;
  if (ip.readable_end - at < bytes) return truncated;
  return Reason::kNone;
}

void SetPayload(const IpSpan& ip, uint32_t header_bytes, Headers& headers) {
  const uint32_t at = headers.transport_offset + header_bytes;
  headers.payload_offset = static_cast<uint16_t>(at);
  headers.payload_bytes = ip.readable_end - at;
  headers.proved = Proved::kTransport;
}

// Ports are taken only from headers that are otherwise sound; port 0 keeps them, so that scopes still match.
Reason SetPorts(const uint8_t* transport, Headers& headers) {
  headers.source_port = LoadBe16(transport);
  headers.destination_port = LoadBe16(transport + 2);
  headers.has_ports = true;
  if (headers.destination_port == 0) return Reason::kPortZero;
  if (headers.source_port != 0) return Reason::kNone;
  return headers.protocol == kProtocolTcp ? Reason::kPortZero : Reason::kUdpNoSourcePort;
}

Reason ParseTcp(const IpSpan& ip, Headers& headers) {
  const Reason fixed = Need(ip, headers, kTcpHeaderBytesMin, Reason::kTcpTruncated);
  if (fixed != Reason::kNone) return fixed;
  const uint8_t* tcp = ip.data + headers.transport_offset;
  const uint32_t header_bytes = (tcp[12] >> 4) * 4U;
  if (header_bytes < kTcpHeaderBytesMin) return Reason::kTcpBadHeaderLength;
  const bool beyond_segment = ip.end - headers.transport_offset < header_bytes;
  if (beyond_segment && !headers.more_fragments) return Reason::kTcpBadHeaderLength;
  const Reason whole = Need(ip, headers, header_bytes, Reason::kTcpTruncated);
  if (whole != Reason::kNone) return whole;
  const Reason options = CheckTcpOptions(tcp + kTcpHeaderBytesMin, tcp + header_bytes);
  if (options != Reason::kNone) return options;
  headers.tcp_flags = tcp[13];
  SetPayload(ip, header_bytes, headers);
  return SetPorts(tcp, headers);
}

Reason ParseUdp(const IpSpan& ip, Headers& headers) {
  const Reason fixed = Need(ip, headers, kUdpHeaderBytes, Reason::kUdpTruncated);
  if (fixed != Reason::kNone) return fixed;
  const uint8_t* udp = ip.data + headers.transport_offset;
  const uint32_t udp_bytes = LoadBe16(udp + 4);
  // A first fragment holds only a part of the datagram that the length speaks of.
  const bool beyond = !headers.more_fragments && udp_bytes > ip.end - headers.transport_offset;
  if (udp_bytes < kUdpHeaderBytes || beyond) return Reason::kUdpBadLength;
  SetPayload(ip, kUdpHeaderBytes, headers);
  return SetPorts(udp, headers);
}

Reason ParseIcmp(const IpSpan& ip, uint32_t header_bytes, Headers& headers) {
  const Reason fixed = Need(ip, headers, header_bytes, Reason::kIcmpTruncated);
  if (fixed == Reason::kNone) SetPayload(ip, header_bytes, headers);
  return fixed;
}

bool IsMulticastOrBroadcast(const Address& address) {
  if (address.family == Family::kIpv6) return address.high >> 56 == 0xff;
  return address.low >> 28 == 0xe || address.low == 0xffff'ffff;
}

bool IsLoopback(const Address& address) {
  if (address.family == Family::kIpv6) return address.high == 0 && address.low == 1;
  return address.low >> 24 == 127;
}

}  // namespace

Reason CheckTcpOptions(const uint8_t* at, const uint8_t* end) {
  while (at < end && *at != kTcpOptionEnd) {
    if (*at == kTcpOptionNop) {
      ++at;
      continue;
    }
    if (end - at < 2 || at[1] < 2 || at[1] > end - at) return Reason::kTcpBadOption;
    at += at[1];
  }
  return Reason::kNone;
}

Reason ParseTransport(const IpSpan& ip, Headers& headers) {
  const bool ipv6 = headers.family == Family::kIpv6;
  if (headers.protocol == kProtocolTcp) return ParseTcp(ip, headers);
  if (headers.protocol == kProtocolUdp) return ParseUdp(ip, headers);
  if (headers.protocol == kProtocolIcmp && !ipv6) return ParseIcmp(ip, kIcmpHeaderBytes, headers);
  if (headers.protocol == kProtocolIcmp6 && ipv6) return ParseIcmp(ip, kIcmp6HeaderBytes, headers);
  SetPayload(ip, 0, headers);
  return Reason::kNone;
}

void AddTransportLayer(Headers& headers) {
  switch (headers.protocol) {
    case kProtocolTcp:
      headers.Add(Layer::kTcp);
      break;
    case kProtocolUdp:
      headers.Add(Layer::kUdp);
      break;
    case kProtocolIcmp:
      headers.Add(Layer::kIcmp);
      break;
    case kProtocolIcmp6:
      headers.Add(Layer::kIcmp6);
      break;
    case kProtocolSctp:
      headers.Add(Layer::kSctp);
      break;
    case kProtocolGre:
      headers.Add(Layer::kGre);
      break;
    case kProtocolEsp:
      headers.Add(Layer::kEsp);
      break;
    default:
      break;
  }
}

Reason CheckAddresses(const Headers& headers) {
  const Address source = headers.Source();
  if (IsMulticastOrBroadcast(source)) return Reason::kIpBadSource;
  if (source == headers.Destination() && !IsLoopback(source)) return Reason::kLand;
  return Reason::kNone;
}

Reason CheckFragment(const Headers& headers, uint32_t header_bytes) {
  const uint32_t end = headers.fragment_offset + uint32_t{headers.fragment_bytes};
  if (end + header_bytes > kDatagramBytesMax) return Reason::kFragTooLong;
  const bool ragged = headers.more_fragments && headers.fragment_bytes % 8 != 0;
  // An atomic fragment (RFC 6946) may be empty; a piece of something may not.
  const bool empty = headers.fragment_bytes == 0 && (headers.more_fragments || headers.fragment_offset != 0);
  return ragged || empty ? Reason::kFragBadLength : Reason::kNone;
}

}  // namespace picket
