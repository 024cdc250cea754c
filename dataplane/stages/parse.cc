// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/parse.h"

#include "dataplane/bytes.h"
#include "dataplane/ethernet.h"
#include "dataplane/stages/parse_layers.h"
#include "dataplane/stages/parse_plain.h"

namespace picket {
namespace {

constexpr uint32_t kBsdFamilyBytes = 4;

// Where each link layer keeps its ethertype and how long it is.
struct LinkHeader {
  uint32_t ethertype_offset;
  uint32_t bytes;
};

constexpr LinkHeader LinkHeaderOf(LinkLayer link_layer) {
  switch (link_layer) {
    case LinkLayer::kLinuxCooked:
      return {14, 16};
    case LinkLayer::kLinuxCooked2:
      return {0, 20};
    case LinkLayer::kEthernet:
    case LinkLayer::kRawIp:
    case LinkLayer::kBsdLoopback:
      break;
  }
  return {kEthertypeOffset, kEthernetBytes};
}

Reason Other(Headers& headers, Reason reason) {
  headers.Add(Layer::kOther);
  return reason;
}

// The version nibble tells the family: BSD loopback's own word differs between systems and byte orders.
Reason ParseBareIp(const PacketView& packet, uint32_t offset, Headers& headers) {
  if (packet.bytes <= offset) return Other(headers, Reason::kEthernetTruncated);
  const unsigned version = packet.data[offset] >> 4;
  if (version == 4) return ParseIpv4(packet, offset, headers);
  if (version == 6) return ParseIpv6(packet, offset, headers);
  return Other(headers, Reason::kIpBadVersion);
}

Reason ParseEthertype(const PacketView& packet, uint16_t ethertype, uint32_t offset, Headers& headers) {
  switch (ethertype) {
    case kEthertypeIpv4:
      return ParseIpv4(packet, offset, headers);
    case kEthertypeIpv6:
      return ParseIpv6(packet, offset, headers);
    case kEthertypeArp:
      headers.Add(Layer::kArp);
      return Reason::kArp;
    case kEthertypeLldp:
      return Other(headers, Reason::kLldp);
    default:
      return Other(headers, IsVlan(ethertype) ? Reason::kVlanTooDeep : Reason::kUnknownEthertype);
  }
}

void SettleByReason(Batch& batch, uint32_t slot, Reason reason, const MalformedPolicy& malformed) {
  if (Info(reason).kind == ReasonKind::kNote) {
    batch.Settle(slot, Verdict::kPass, reason);
  } else if (malformed[reason] == Verdict::kDrop || batch.headers[slot].proved == Proved::kNothing) {
    batch.Settle(slot, malformed[reason], reason);
  } else {
    batch.Note(slot, malformed[reason], reason);
  }
}

}  // namespace

Reason ParseFrame(const PacketView& packet, Headers& headers) {
  headers = {};
  if (packet.link_layer == LinkLayer::kRawIp) return ParseBareIp(packet, 0, headers);
  if (packet.link_layer == LinkLayer::kBsdLoopback) return ParseBareIp(packet, kBsdFamilyBytes, headers);
  const LinkHeader link = LinkHeaderOf(packet.link_layer);
  if (packet.bytes < link.bytes) return Other(headers, Reason::kEthernetTruncated);
  uint16_t ethertype = LoadBe16(packet.data + link.ethertype_offset);
  uint32_t offset = link.bytes;
  while (IsVlan(ethertype) && headers.vlan_tags < kVlanTagsMax) {
    headers.Add(Layer::kVlan);
    ++headers.vlan_tags;
    if (packet.bytes - offset < kVlanTagBytes) return Other(headers, Reason::kVlanTruncated);
    ethertype = LoadBe16(packet.data + offset + 2);
    offset += kVlanTagBytes;
  }
  return ParseEthertype(packet, ethertype, offset, headers);
}

void Parse(Batch& batch, const MalformedPolicy& malformed) {
  for (const uint32_t slot : SlotRange(ParsePlainOnes(batch))) {
    const Reason reason = ParseFrame(batch.packet[slot], batch.headers[slot]);
    if (reason != Reason::kNone) [[unlikely]]
      SettleByReason(batch, slot, reason, malformed);
  }
}

}  // namespace picket
