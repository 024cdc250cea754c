// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "dataplane/bytes.h"
#include "dataplane/scope.h"
#include "dataplane/stages/parse_layers.h"

namespace picket {
namespace {

constexpr uint32_t kHeaderBytesMin = 20;
constexpr uint16_t kMoreFragmentsBit = 0x2000;
constexpr uint16_t kFragmentOffsetMask = 0x1fff;
constexpr uint8_t kOptionEnd = 0;
constexpr uint8_t kOptionNop = 1;
constexpr uint8_t kOptionLooseSourceRoute = 131;
constexpr uint8_t kOptionStrictSourceRoute = 137;

Reason CheckOptions(const uint8_t* at, const uint8_t* end) {
  while (at < end && *at != kOptionEnd) {
    if (*at == kOptionNop) {
      ++at;
      continue;
    }
    if (end - at < 2 || at[1] < 2 || at[1] > end - at) return Reason::kIpv4BadOption;
    if (*at == kOptionLooseSourceRoute || *at == kOptionStrictSourceRoute) return Reason::kIpv4SourceRoute;
    at += at[1];
  }
  return Reason::kNone;
}

void FillAddresses(const uint8_t* ip, Headers& headers) {
  headers.family = Family::kIpv4;
  headers.source_low = LoadBe32(ip + 12);
  headers.destination_low = LoadBe32(ip + 16);
  headers.hop_limit = ip[8];
  headers.protocol = ip[9];
}

void FillFragment(const uint8_t* ip, uint32_t payload_bytes, Headers& headers) {
  const uint16_t word = LoadBe16(ip + 6);
  headers.more_fragments = (word & kMoreFragmentsBit) != 0;
  headers.is_fragment = (word & (kMoreFragmentsBit | kFragmentOffsetMask)) != 0;
  if (!headers.is_fragment) return;
  headers.fragment_offset = static_cast<uint16_t>((word & kFragmentOffsetMask) * 8);
  headers.fragment_bytes = static_cast<uint16_t>(payload_bytes);
  headers.fragment_id = LoadBe16(ip + 4);
  headers.Add(Layer::kFragment);
}

Reason CheckIpv4Fragment(const Headers& headers, uint32_t header_bytes) {
  // RFC 3128: a second piece that starts inside the TCP header could rewrite the flags of the first.
  if (headers.protocol == kProtocolTcp && headers.fragment_offset == 8) return Reason::kFragTiny;
  return CheckFragment(headers, header_bytes);
}

}  // namespace

Reason ParseIpv4(const PacketView& packet, uint32_t offset, Headers& headers) {
  headers.Add(Layer::kIpv4);
  headers.ip_offset = static_cast<uint16_t>(offset);
  if (packet.bytes - offset < kHeaderBytesMin) return Reason::kIpv4Truncated;
  const uint8_t* ip = packet.data + offset;
  if (ip[0] >> 4 != 4) return Reason::kIpBadVersion;
  const uint32_t header_bytes = (ip[0] & 0xfU) * 4;
  if (header_bytes < kHeaderBytesMin) return Reason::kIpv4BadHeaderLength;
  const uint32_t total_bytes = LoadBe16(ip + 2);
  if (total_bytes < header_bytes || total_bytes > packet.wire_bytes - offset) return Reason::kIpv4BadTotalLength;
  if (header_bytes > packet.bytes - offset) return Reason::kIpv4Truncated;

  FillAddresses(ip, headers);
  FillFragment(ip, total_bytes - header_bytes, headers);
  headers.transport_offset = static_cast<uint16_t>(offset + header_bytes);
  headers.proved = Proved::kIp;
  if (!headers.IsLaterFragment()) AddTransportLayer(headers);

  if (header_bytes > kHeaderBytesMin) {
    const Reason options = CheckOptions(ip + kHeaderBytesMin, ip + header_bytes);
    if (options != Reason::kNone) return options;
  }
  const Reason addresses = CheckAddresses(headers);
  if (addresses != Reason::kNone) return addresses;
  if (headers.is_fragment) {
    const Reason fragment = CheckIpv4Fragment(headers, header_bytes);
    if (fragment != Reason::kNone || headers.IsLaterFragment()) return fragment;
  }
  const uint32_t end = offset + total_bytes;
  return ParseTransport({packet.data, std::min(packet.bytes, end), end}, headers);
}

}  // namespace picket
