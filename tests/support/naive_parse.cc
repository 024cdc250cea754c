// SPDX-License-Identifier: Apache-2.0
#include "tests/support/naive_parse.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"

namespace picket {
namespace {

// A frame as a string of bytes: what was captured, and how long it was on the wire.
struct Octets {
  std::vector<uint8_t> captured;
  size_t wire;

  bool Has(size_t at, size_t count) const { return at + count <= captured.size(); }
  uint64_t Number(size_t at, size_t count) const {
    uint64_t value = 0;
    for (size_t i = 0; i < count; ++i) value = value * 256 + captured.at(at + i);
    return value;
  }
};

void Mark(NaivePacket& p, Layer layer) { p.layers = static_cast<uint16_t>(p.layers + (1 << static_cast<int>(layer))); }

void MarkTransport(NaivePacket& p) {
  switch (p.protocol) {
    case 1:
      return Mark(p, Layer::kIcmp);
    case 6:
      return Mark(p, Layer::kTcp);
    case 17:
      return Mark(p, Layer::kUdp);
    case 47:
      return Mark(p, Layer::kGre);
    case 50:
      return Mark(p, Layer::kEsp);
    case 58:
      return Mark(p, Layer::kIcmp6);
    case 132:
      return Mark(p, Layer::kSctp);
    default:
      return;
  }
}

// Type-length-value options in [at, end): 0 ends them, 1 stands alone, any other has its length in the second octet.
//   types  those before the first that overruns, if one does
struct Options {
  std::vector<uint8_t> types;
  bool sound = true;
};

Options OptionsOf(const Octets& o, size_t at, size_t end) {
  Options options;
  while (at < end && o.Number(at, 1) != 0) {
    const auto type = static_cast<uint8_t>(o.Number(at, 1));
    const size_t length = type == 1 ? 1 : at + 1 < end ? o.Number(at + 1, 1) : 0;
    options.sound = at + length <= end && (type == 1 || length >= 2);
    if (!options.sound) break;
    options.types.push_back(type);
    at += length;
  }
  return options;
}

Reason Ipv4Options(const Octets& o, size_t at, size_t end) {
  const Options options = OptionsOf(o, at, end);
  for (const uint8_t type : options.types) {
    if (type == 131 || type == 137) return Reason::kIpv4SourceRoute;
  }
  return options.sound ? Reason::kNone : Reason::kIpv4BadOption;
}

Reason Addresses(const NaivePacket& p) {
  const bool ipv4 = p.source.family == Family::kIpv4;
  const Prefix multicast = *ParsePrefix(ipv4 ? "224.0.0.0/4" : "ff00::/8");
  const Prefix loopback = *ParsePrefix(ipv4 ? "127.0.0.0/8" : "::1/128");
  if (multicast.Contains(p.source) || p.source == *ParseAddress("255.255.255.255")) return Reason::kIpBadSource;
  return p.source == p.destination && !loopback.Contains(p.source) ? Reason::kLand : Reason::kNone;
}

// `header_bytes` are repeated in the reassembled datagram, which is at most 65,535 bytes.
Reason FragmentLengths(const NaivePacket& p, size_t header_bytes) {
  if (header_bytes + p.fragment_offset + p.fragment_bytes > 65'535) return Reason::kFragTooLong;
  const bool whole = p.fragment_offset == 0 && !p.more_fragments;
  if (!whole && p.fragment_bytes == 0) return Reason::kFragBadLength;
  return p.more_fragments && p.fragment_bytes % 8 != 0 ? Reason::kFragBadLength : Reason::kNone;
}

// `count` octets of transport header; `end` is where the IP datagram stops on the wire.
Reason Needs(const Octets& o, const NaivePacket& p, size_t end, size_t count, Reason truncated) {
  if (p.transport_at + count > end) return p.fragment && p.more_fragments ? Reason::kFragTiny : truncated;
  return o.Has(p.transport_at, count) ? Reason::kNone : truncated;
}

Reason TcpHeader(const Octets& o, size_t end, NaivePacket& p, size_t& header_bytes) {
  const size_t at = p.transport_at;
  Reason reason = Needs(o, p, end, 20, Reason::kTcpTruncated);
  if (reason != Reason::kNone) return reason;
  header_bytes = o.Number(at + 12, 1) / 16 * 4;
  if (header_bytes < 20) return Reason::kTcpBadHeaderLength;
  if (at + header_bytes > end && !p.more_fragments) return Reason::kTcpBadHeaderLength;
  reason = Needs(o, p, end, header_bytes, Reason::kTcpTruncated);
  if (reason != Reason::kNone) return reason;
  return OptionsOf(o, at + 20, at + header_bytes).sound ? Reason::kNone : Reason::kTcpBadOption;
}

Reason UdpHeader(const Octets& o, size_t end, const NaivePacket& p) {
  const Reason reason = Needs(o, p, end, 8, Reason::kUdpTruncated);
  if (reason != Reason::kNone) return reason;
  const size_t length = o.Number(p.transport_at + 4, 2);
  // Only the first piece of a datagram may speak of bytes that are not in this packet.
  const bool fits = p.more_fragments || p.transport_at + length <= end;
  return length >= 8 && fits ? Reason::kNone : Reason::kUdpBadLength;
}

Reason Transport(const Octets& o, size_t end, NaivePacket& p) {
  const bool ipv4 = p.source.family == Family::kIpv4;
  size_t header_bytes = 0;
  Reason reason = Reason::kNone;
  if (p.protocol == 6) {
    reason = TcpHeader(o, end, p, header_bytes);
  } else if (p.protocol == 17) {
    header_bytes = 8;
    reason = UdpHeader(o, end, p);
  } else if ((p.protocol == 1 && ipv4) || (p.protocol == 58 && !ipv4)) {
    header_bytes = ipv4 ? 8 : 4;
    reason = Needs(o, p, end, header_bytes, Reason::kIcmpTruncated);
  }
  if (reason != Reason::kNone) return reason;
  p.payload = p.transport_at + header_bytes;
  p.payload_bytes = std::min(end, o.captured.size()) - *p.payload;
  if (p.protocol != 6 && p.protocol != 17) return Reason::kNone;
  p.ports = {static_cast<uint16_t>(o.Number(p.transport_at, 2)),
             static_cast<uint16_t>(o.Number(p.transport_at + 2, 2))};
  if (p.ports->second == 0 || (p.ports->first == 0 && p.protocol == 6)) return Reason::kPortZero;
  return p.ports->first == 0 ? Reason::kUdpNoSourcePort : Reason::kNone;
}

// What the addresses, the fragment fields and the transport have to say, in that order.
Reason AfterIpHeader(const Octets& o, size_t end, size_t header_bytes, NaivePacket& p) {
  const Reason addresses = Addresses(p);
  if (addresses != Reason::kNone) return addresses;
  if (p.fragment) {
    const bool ipv4 = p.source.family == Family::kIpv4;
    if (ipv4 && p.protocol == 6 && p.fragment_offset == 8) return Reason::kFragTiny;
    const Reason lengths = FragmentLengths(p, header_bytes);
    if (lengths != Reason::kNone) return lengths;
    if (p.fragment_offset != 0) return Reason::kNone;
  }
  return Transport(o, end, p);
}

Reason Ipv4(const Octets& o, size_t at, NaivePacket& p) {
  Mark(p, Layer::kIpv4);
  if (!o.Has(at, 20)) return Reason::kIpv4Truncated;
  if (o.Number(at, 1) / 16 != 4) return Reason::kIpBadVersion;
  const size_t header_bytes = o.Number(at, 1) % 16 * 4;
  if (header_bytes < 20) return Reason::kIpv4BadHeaderLength;
  const size_t total = o.Number(at + 2, 2);
  if (total < header_bytes || at + total > o.wire) return Reason::kIpv4BadTotalLength;
  if (!o.Has(at, header_bytes)) return Reason::kIpv4Truncated;
  p.ip = true;
  p.ip_at = at;
  p.transport_at = at + header_bytes;
  p.source = Address::V4(static_cast<uint32_t>(o.Number(at + 12, 4)));
  p.destination = Address::V4(static_cast<uint32_t>(o.Number(at + 16, 4)));
  p.hop_limit = static_cast<uint8_t>(o.Number(at + 8, 1));
  p.protocol = static_cast<uint8_t>(o.Number(at + 9, 1));
  const uint64_t flags_and_offset = o.Number(at + 6, 2);
  p.more_fragments = flags_and_offset / 0x2000 % 2 == 1;
  p.fragment_offset = flags_and_offset % 0x2000 * 8;
  p.fragment = p.more_fragments || p.fragment_offset != 0;
  if (p.fragment) {
    Mark(p, Layer::kFragment);
    p.fragment_id = static_cast<uint32_t>(o.Number(at + 4, 2));
    p.fragment_bytes = total - header_bytes;
  }
  if (p.fragment_offset == 0) MarkTransport(p);
  const Reason options = Ipv4Options(o, at + 20, at + header_bytes);
  return options != Reason::kNone ? options : AfterIpHeader(o, at + total, header_bytes, p);
}

bool IsExtension(uint8_t type) {
  const std::vector<uint8_t> types = {0, 43, 44, 51, 60, 135, 139, 140};
  return std::find(types.begin(), types.end(), type) != types.end();
}

// The headers between IPv6 and the upper layer; gives what ended the walk. `chain` gets those that are there.
Reason Extensions(const Octets& o, size_t end, NaivePacket& p, std::vector<std::pair<uint8_t, size_t>>& chain) {
  while (IsExtension(p.protocol) && p.fragment_offset == 0) {
    if (chain.size() == 8) return Reason::kIpv6TooManyHeaders;
    const size_t at = p.transport_at;
    const Reason beyond = p.more_fragments ? Reason::kFragTiny : Reason::kIpv6BadPayloadLength;
    if (at + 8 > end) return beyond;
    if (!o.Has(at, 8)) return Reason::kIpv6Truncated;
    size_t bytes = 8 * (1 + o.Number(at + 1, 1));
    if (p.protocol == 44) bytes = 8;
    if (p.protocol == 51) bytes = 4 * (2 + o.Number(at + 1, 1));
    if (at + bytes > end) return beyond;
    if (!o.Has(at, bytes)) return Reason::kIpv6Truncated;
    if (p.protocol == 44 && p.fragment) return Reason::kFragTwice;
    chain.emplace_back(p.protocol, at);
    if (p.protocol == 44) {
      p.fragment = true;
      p.more_fragments = o.Number(at + 3, 1) % 2 == 1;
      p.fragment_offset = o.Number(at + 2, 2) / 8 * 8;
      p.fragment_id = static_cast<uint32_t>(o.Number(at + 4, 4));
      p.fragment_bytes = end - at - 8;
      Mark(p, Layer::kFragment);
    }
    p.protocol = static_cast<uint8_t>(o.Number(at, 1));
    p.transport_at = at + bytes;
  }
  return Reason::kNone;
}

Reason ChainOrder(const Octets& o, const std::vector<std::pair<uint8_t, size_t>>& chain) {
  for (size_t i = 0; i < chain.size(); ++i) {
    const auto [type, at] = chain[i];
    if (type == 0 && i > 0) return Reason::kIpv6HeaderOrder;
    if (type == 43 && o.Number(at + 2, 1) == 0) return Reason::kIpv6RoutingType0;
  }
  return Reason::kNone;
}

Reason Ipv6(const Octets& o, size_t at, NaivePacket& p) {
  Mark(p, Layer::kIpv6);
  if (!o.Has(at, 40)) return Reason::kIpv6Truncated;
  if (o.Number(at, 1) / 16 != 6) return Reason::kIpBadVersion;
  const size_t end = at + 40 + o.Number(at + 4, 2);
  if (end > o.wire) return Reason::kIpv6BadPayloadLength;
  p.ip = true;
  p.ip_at = at;
  p.transport_at = at + 40;
  p.protocol = static_cast<uint8_t>(o.Number(at + 6, 1));
  p.hop_limit = static_cast<uint8_t>(o.Number(at + 7, 1));
  p.source = Address::V6(o.Number(at + 8, 8), o.Number(at + 16, 8));
  p.destination = Address::V6(o.Number(at + 24, 8), o.Number(at + 32, 8));
  std::vector<std::pair<uint8_t, size_t>> chain;
  const Reason walk = Extensions(o, end, p, chain);
  if (walk == Reason::kNone && p.fragment_offset == 0) MarkTransport(p);
  const Reason order = ChainOrder(o, chain);
  if (order != Reason::kNone) return order;
  if (walk != Reason::kNone) return walk;
  const Reason rest = AfterIpHeader(o, end, 0, p);
  const bool whole_icmp6 = rest == Reason::kNone && p.protocol == 58 && !p.fragment;
  if (!whole_icmp6 || p.hop_limit != 255) return rest;
  const uint64_t type = o.Number(p.transport_at, 1);
  return type >= 133 && type <= 137 ? Reason::kNeighborDiscovery : Reason::kNone;
}

bool IsVlan(uint64_t ethertype) { return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100; }

Reason Other(NaivePacket& p, Reason reason) {
  Mark(p, Layer::kOther);
  return reason;
}

Reason Link(const Octets& o, LinkLayer link_layer, NaivePacket& p) {
  if (link_layer == LinkLayer::kRawIp || link_layer == LinkLayer::kBsdLoopback) {
    const size_t ip = link_layer == LinkLayer::kRawIp ? 0 : 4;
    if (!o.Has(ip, 1)) return Other(p, Reason::kEthernetTruncated);
    const uint64_t version = o.Number(ip, 1) / 16;
    if (version == 4) return Ipv4(o, ip, p);
    return version == 6 ? Ipv6(o, ip, p) : Other(p, Reason::kIpBadVersion);
  }
  size_t at = 14;
  size_t type_at = 12;
  if (link_layer == LinkLayer::kLinuxCooked) at = 16, type_at = 14;
  if (link_layer == LinkLayer::kLinuxCooked2) at = 20, type_at = 0;
  if (!o.Has(0, at)) return Other(p, Reason::kEthernetTruncated);
  uint64_t ethertype = o.Number(type_at, 2);
  while (IsVlan(ethertype)) {
    if (p.vlan_tags == 2) return Other(p, Reason::kVlanTooDeep);
    if (p.vlan_tags == 0) Mark(p, Layer::kVlan);
    ++p.vlan_tags;
    if (!o.Has(at, 4)) return Other(p, Reason::kVlanTruncated);
    ethertype = o.Number(at + 2, 2);
    at += 4;
  }
  if (ethertype == 0x0800) return Ipv4(o, at, p);
  if (ethertype == 0x86dd) return Ipv6(o, at, p);
  if (ethertype == 0x0806) {
    Mark(p, Layer::kArp);
    return Reason::kArp;
  }
  return Other(p, ethertype == 0x88cc ? Reason::kLldp : Reason::kUnknownEthertype);
}

}  // namespace

NaivePacket NaiveParse(const PacketView& packet) {
  const Octets octets{{packet.data, packet.data + packet.bytes}, packet.wire_bytes};
  NaivePacket p;
  p.reason = Link(octets, packet.link_layer, p);
  return p;
}

std::string Difference(const NaivePacket& n, Reason reason, const Headers& h) {
  if (n.reason != reason)
    return "reason: naive " + std::string(Name(n.reason)) + ", parsed " + std::string(Name(reason));
  const bool ip = h.proved != Proved::kNothing;
  const bool transport = h.proved == Proved::kTransport;
  struct Field {
    const char* name;
    uint64_t naive;
    uint64_t parsed;
    bool counts;
  };
  const auto [source_port, destination_port] = n.ports.value_or(std::pair<uint16_t, uint16_t>());
  const Field fields[] = {
      {"layers", n.layers, h.layers, true},
      {"vlan_tags", n.vlan_tags, h.vlan_tags, true},
      {"proved ip", n.ip, ip, true},
      {"same source", 1, n.source == h.Source(), n.ip},
      {"same destination", 1, n.destination == h.Destination(), n.ip},
      {"ip_offset", n.ip_at, h.ip_offset, n.ip},
      {"transport_offset", n.transport_at, h.transport_offset, n.ip},
      {"protocol", n.protocol, h.protocol, n.ip},
      {"hop_limit", n.hop_limit, h.hop_limit, n.ip},
      {"is_fragment", n.fragment, h.is_fragment, n.ip},
      {"more_fragments", n.more_fragments, h.more_fragments, n.ip},
      {"fragment_offset", n.fragment_offset, h.fragment_offset, n.ip},
      {"fragment_bytes", n.fragment_bytes, h.fragment_bytes, n.ip},
      {"fragment_id", n.fragment_id, h.fragment_id, n.ip},
      {"proved transport", n.payload.has_value(), transport, true},
      {"has_ports", n.ports.has_value(), h.has_ports, true},
      {"source_port", source_port, h.source_port, n.ports.has_value()},
      {"destination_port", destination_port, h.destination_port, n.ports.has_value()},
      {"payload_offset", n.payload.value_or(0), h.payload_offset, n.payload.has_value()},
      {"payload_bytes", n.payload_bytes, h.payload_bytes, n.payload.has_value()},
  };
  for (const Field& f : fields) {
    if (f.counts && f.naive != f.parsed) return absl::StrFormat("%s: naive %d, parsed %d", f.name, f.naive, f.parsed);
  }
  return "";
}

}  // namespace picket
