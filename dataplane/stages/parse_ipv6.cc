// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/bytes.h"
#include "dataplane/scope.h"
#include "dataplane/stages/parse.h"
#include "dataplane/stages/parse_layers.h"

namespace picket {
namespace {

constexpr uint32_t kHeaderBytes = 40;
constexpr uint32_t kExtensionBytesMin = 8;

enum NextHeader : uint8_t {
  kHopByHop = 0,
  kRouting = 43,
  kFragment = 44,
  kAuthentication = 51,
  kDestinationOptions = 60,
  kMobility = 135,
  kHip = 139,
  kShim6 = 140,
};

constexpr bool IsExtension(uint8_t next_header) {
  switch (next_header) {
    case kHopByHop:
    case kRouting:
    case kFragment:
    case kAuthentication:
    case kDestinationOptions:
    case kMobility:
    case kHip:
    case kShim6:
      return true;
    default:
      return false;
  }
}

// RFC 8200 section 4, RFC 4302 section 2.2.
uint32_t ExtensionBytes(uint8_t type, const uint8_t* at) {
  if (type == kFragment) return 8;
  if (type == kAuthentication) return (at[1] + 2U) * 4;
  return (at[1] + 1U) * 8;
}

void FillFragment(const uint8_t* at, uint32_t payload_bytes, Headers& headers) {
  const uint16_t word = LoadBe16(at + 2);
  headers.is_fragment = true;
  headers.more_fragments = (word & 1) != 0;
  headers.fragment_offset = static_cast<uint16_t>(word & ~7U);
  headers.fragment_bytes = static_cast<uint16_t>(payload_bytes);
  headers.fragment_id = LoadBe32(at + 4);
  headers.Add(Layer::kFragment);
}

// What one extension header has to say before the walk goes on. `flaw` keeps the first thing wrong with the order: the
// walk still continues, so that the transport is counted.
Reason VisitExtension(const IpSpan& ip, uint32_t at, uint8_t type, uint32_t index, Headers& headers, Reason& flaw) {
  if (type == kFragment) {
    if (headers.is_fragment) return Reason::kFragTwice;
    FillFragment(ip.data + at, ip.end - at - kExtensionBytesMin, headers);
  }
  if (flaw != Reason::kNone) return Reason::kNone;
  if (type == kHopByHop && index != 0) flaw = Reason::kIpv6HeaderOrder;
  if (type == kRouting && ip.data[at + 2] == 0) flaw = Reason::kIpv6RoutingType0;
  return Reason::kNone;
}

// Walks to the upper-layer header and leaves protocol and transport_offset there, at a later fragment's data, or at the
// header that ended the walk.
Reason WalkExtensions(const IpSpan& ip, uint32_t at, Headers& headers, Reason& flaw) {
  headers.transport_offset = static_cast<uint16_t>(at);
  for (uint32_t index = 0; IsExtension(headers.protocol) && !headers.IsLaterFragment(); ++index) {
    if (index == kIpv6ExtensionHeadersMax) return Reason::kIpv6TooManyHeaders;
    const Reason beyond_payload = headers.more_fragments ? Reason::kFragTiny : Reason::kIpv6BadPayloadLength;
    if (ip.end - at < kExtensionBytesMin) return beyond_payload;
    if (ip.readable_end - at < kExtensionBytesMin) return Reason::kIpv6Truncated;
    const uint32_t bytes = ExtensionBytes(headers.protocol, ip.data + at);
    if (ip.end - at < bytes) return beyond_payload;
    if (ip.readable_end - at < bytes) return Reason::kIpv6Truncated;
    const Reason reason = VisitExtension(ip, at, headers.protocol, index, headers, flaw);
    if (reason != Reason::kNone) return reason;
    headers.protocol = ip.data[at];
    at += bytes;
    headers.transport_offset = static_cast<uint16_t>(at);
  }
  if (!headers.IsLaterFragment()) AddTransportLayer(headers);
  return Reason::kNone;
}

// RFC 4861 section 7.1: valid only if no router forwarded it. RFC 6980: never fragmented.
bool IsNeighborDiscovery(const IpSpan& ip, const Headers& headers) {
  if (headers.protocol != kProtocolIcmp6 || headers.hop_limit != 255 || headers.is_fragment) return false;
  const uint8_t type = ip.data[headers.transport_offset];
  return type >= 133 && type <= 137;
}

void FillAddresses(const uint8_t* ip, Headers& headers) {
  headers.family = Family::kIpv6;
  headers.source_high = LoadBe64(ip + 8);
  headers.source_low = LoadBe64(ip + 16);
  headers.destination_high = LoadBe64(ip + 24);
  headers.destination_low = LoadBe64(ip + 32);
  headers.hop_limit = ip[7];
  headers.protocol = ip[6];
}

}  // namespace

Reason ParseIpv6(const PacketView& packet, uint32_t offset, Headers& headers) {
  headers.Add(Layer::kIpv6);
  headers.ip_offset = static_cast<uint16_t>(offset);
  if (packet.bytes - offset < kHeaderBytes) return Reason::kIpv6Truncated;
  const uint8_t* ip = packet.data + offset;
  if (ip[0] >> 4 != 6) return Reason::kIpBadVersion;
  const uint32_t payload_bytes = LoadBe16(ip + 4);
  if (payload_bytes > packet.wire_bytes - offset - kHeaderBytes) return Reason::kIpv6BadPayloadLength;

  FillAddresses(ip, headers);
  const uint32_t end = offset + kHeaderBytes + payload_bytes;
  const IpSpan span{packet.data, std::min(packet.bytes, end), end};
  Reason flaw = Reason::kNone;
  const Reason walk = WalkExtensions(span, offset + kHeaderBytes, headers, flaw);
  headers.proved = Proved::kIp;
  if (flaw != Reason::kNone) return flaw;
  if (walk != Reason::kNone) return walk;
  const Reason addresses = CheckAddresses(headers);
  if (addresses != Reason::kNone) return addresses;
  if (headers.is_fragment) {
    const Reason fragment = CheckFragment(headers, 0);
    if (fragment != Reason::kNone || headers.IsLaterFragment()) return fragment;
  }
  const Reason transport = ParseTransport(span, headers);
  if (transport == Reason::kNone && IsNeighborDiscovery(span, headers)) return Reason::kNeighborDiscovery;
  return transport;
}

}  // namespace picket
