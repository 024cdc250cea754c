// SPDX-License-Identifier: Apache-2.0
#include "tests/support/packet_builder.h"

#include <algorithm>
#include <cassert>
#include <initializer_list>

#include "dataplane/bytes.h"
#include "dataplane/scope.h"

namespace picket {
namespace {

constexpr uint16_t kNoType = 0xffff;
constexpr uint16_t kEthertypeIpv4 = 0x0800;
constexpr uint16_t kEthertypeIpv6 = 0x86dd;

Address AddressOf(const std::string& text) {
  const std::optional<Address> address = ParseAddress(text);
  assert(address.has_value());
  return *address;
}

void StoreIpv6(const Address& address, uint8_t* at) {
  StoreBe64(at, address.high);
  StoreBe64(at + 8, address.low);
}

Bytes Be16(uint16_t value) { return {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value & 0xff)}; }

Bytes Padded(Bytes bytes, size_t multiple) {
  while (bytes.size() % multiple != 0) bytes.push_back(0);
  return bytes;
}

Bytes Joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes LinkHeader(LinkLayer link_layer) {
  switch (link_layer) {
    case LinkLayer::kEthernet:
      return {0x02, 0, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 2, 0, 0};
    case LinkLayer::kLinuxCooked:
      return {0, 0, 0, 1, 0, 6, 0x02, 0, 0, 0, 0, 2, 0, 0, 0, 0};
    case LinkLayer::kLinuxCooked2:
      return {0, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 0x02, 0, 0, 0, 0, 2, 0, 0};
    case LinkLayer::kBsdLoopback:
      return {2, 0, 0, 0};
    case LinkLayer::kRawIp:
      break;
  }
  return {};
}

// IP inside IP has a protocol number instead of an ethertype.
uint8_t ProtocolOf(uint16_t type) {
  if (type == kEthertypeIpv4) return 4;
  if (type == kEthertypeIpv6) return 41;
  return static_cast<uint8_t>(type);
}

// RFC 1071 over [begin, end), `sum` carried in.
uint16_t Checksum(const uint8_t* begin, const uint8_t* end, uint32_t sum) {
  for (const uint8_t* at = begin; at < end; at += 2) sum += uint32_t{*at} << 8 | (at + 1 < end ? at[1] : 0U);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

uint32_t SumWords(const uint8_t* begin, const uint8_t* end) {
  uint32_t sum = 0;
  for (const uint8_t* at = begin; at < end; at += 2) sum += LoadBe16(at);
  return sum;
}

}  // namespace

PacketBuilder::PacketBuilder(LinkLayer link_layer) : link_layer_(link_layer) {
  const uint32_t next_at = link_layer == LinkLayer::kLinuxCooked ? 14 : link_layer == LinkLayer::kLinuxCooked2 ? 0 : 12;
  Begin(Kind::kLink, kNoType, LinkHeader(link_layer), next_at,
        link_layer == LinkLayer::kRawIp || link_layer == LinkLayer::kBsdLoopback ? 0 : 2);
}

void PacketBuilder::Begin(Kind kind, uint16_t type, const Bytes& bytes, uint32_t next_at, uint32_t next_bytes) {
  if (type != kNoType) Next(type);
  const auto at = static_cast<uint32_t>(frame_.size());
  headers_.push_back({kind, at});
  frame_.insert(frame_.end(), bytes.begin(), bytes.end());
  next_at_ = at + next_at;
  next_bytes_ = next_bytes;
}

PacketBuilder& PacketBuilder::Next(uint16_t type) {
  if (next_bytes_ == 2) StoreBe16(frame_.data() + next_at_, type);
  if (next_bytes_ == 1) frame_[next_at_] = ProtocolOf(type);
  next_bytes_ = 0;
  return *this;
}

PacketBuilder& PacketBuilder::Vlan(uint16_t id, uint16_t ethertype) {
  Begin(Kind::kLink, ethertype, Joined(Be16(id), {0, 0}), 2, 2);
  return *this;
}

PacketBuilder& PacketBuilder::Ipv4(const Ipv4Fields& f) {
  Bytes header = Joined(Bytes(20, 0), Padded(f.options, 4));
  header[0] = static_cast<uint8_t>(f.version << 4 | f.header_words.value_or(static_cast<uint8_t>(header.size() / 4)));
  StoreBe16(header.data() + 4, f.id);
  StoreBe16(header.data() + 6, static_cast<uint16_t>((f.more_fragments ? 0x2000 : 0) | f.fragment_offset / 8));
  header[8] = f.ttl;
  header[9] = 0xfd;  // RFC 3692: for experiments, until something follows
  StoreBe32(header.data() + 12, static_cast<uint32_t>(AddressOf(f.source).low));
  StoreBe32(header.data() + 16, static_cast<uint32_t>(AddressOf(f.destination).low));
  Begin(Kind::kIpv4, kEthertypeIpv4, header, 9, 1);
  if (f.total_bytes) Override16(2, *f.total_bytes);
  if (f.protocol) Next(*f.protocol);
  return *this;
}

PacketBuilder& PacketBuilder::Ipv6(const Ipv6Fields& f) {
  Bytes header(40, 0);
  header[0] = static_cast<uint8_t>(f.version << 4);
  header[6] = 59;
  header[7] = f.hop_limit;
  StoreIpv6(AddressOf(f.source), header.data() + 8);
  StoreIpv6(AddressOf(f.destination), header.data() + 24);
  Begin(Kind::kIpv6, kEthertypeIpv6, header, 6, 1);
  if (f.payload_bytes) Override16(4, *f.payload_bytes);
  if (f.next_header) Next(*f.next_header);
  return *this;
}

PacketBuilder& PacketBuilder::Extension(const ExtensionFields& f) {
  constexpr uint8_t kAuthentication = 51;
  const Bytes header = Padded(Joined({59, 0}, f.body), f.type == kAuthentication ? 4 : 8);
  const size_t length = f.type == kAuthentication ? header.size() / 4 - 2 : header.size() / 8 - 1;
  Begin(Kind::kExtension, f.type, header, 0, 1);
  frame_[headers_.back().at + 1] = f.length.value_or(static_cast<uint8_t>(length));
  if (f.next_header) Next(*f.next_header);
  return *this;
}

PacketBuilder& PacketBuilder::Fragment6(const Fragment6Fields& f) {
  Bytes header(8, 0);
  header[0] = 59;
  StoreBe16(header.data() + 2, static_cast<uint16_t>((f.fragment_offset & ~7U) | (f.more_fragments ? 1 : 0)));
  StoreBe32(header.data() + 4, f.id);
  Begin(Kind::kExtension, 44, header, 0, 1);
  if (f.next_header) Next(*f.next_header);
  return *this;
}

PacketBuilder& PacketBuilder::Tcp(const TcpFields& f) {
  Bytes header = Joined(Bytes(20, 0), Padded(f.options, 4));
  StoreBe16(header.data(), f.source_port);
  StoreBe16(header.data() + 2, f.destination_port);
  header[12] = static_cast<uint8_t>(f.header_words.value_or(static_cast<uint8_t>(header.size() / 4)) << 4);
  header[13] = f.flags;
  StoreBe16(header.data() + 14, 0xffff);
  Begin(Kind::kTcp, kProtocolTcp, header, 0, 0);
  return *this;
}

PacketBuilder& PacketBuilder::Udp(const UdpFields& f) {
  Bytes header(8, 0);
  StoreBe16(header.data(), f.source_port);
  StoreBe16(header.data() + 2, f.destination_port);
  Begin(Kind::kUdp, kProtocolUdp, header, 0, 0);
  if (f.length) Override16(4, *f.length);
  return *this;
}

PacketBuilder& PacketBuilder::Icmp(const IcmpFields& f) {
  Begin(Kind::kIcmp, kProtocolIcmp, {f.type, f.code, 0, 0, 0, 1, 0, 1}, 0, 0);
  return *this;
}

PacketBuilder& PacketBuilder::Icmp6(const IcmpFields& f) {
  Begin(Kind::kIcmp6, kProtocolIcmp6, {f.type, f.code, 0, 0, 0, 1, 0, 1}, 0, 0);
  return *this;
}

PacketBuilder& PacketBuilder::Raw(const Bytes& bytes) {
  Begin(Kind::kRaw, kNoType, bytes, 0, 0);
  return *this;
}

PacketBuilder& PacketBuilder::Raw(std::string_view text) { return Raw(Bytes(text.begin(), text.end())); }

void PacketBuilder::Override(uint32_t at, const Bytes& bytes) {
  overrides_.push_back({headers_.back().at + at, bytes});
}

PacketBuilder& PacketBuilder::Override8(uint32_t at, uint8_t value) {
  Override(at, {value});
  return *this;
}

PacketBuilder& PacketBuilder::Override16(uint32_t at, uint16_t value) {
  Override(at, Be16(value));
  return *this;
}

PacketBuilder& PacketBuilder::Override32(uint32_t at, uint32_t value) {
  Override(at, Joined(Be16(static_cast<uint16_t>(value >> 16)), Be16(static_cast<uint16_t>(value & 0xffff))));
  return *this;
}

void PacketBuilder::ApplyOverrides(Bytes& frame) const {
  for (const Patch& patch : overrides_) {
    assert(patch.at + patch.bytes.size() <= frame.size());
    std::copy(patch.bytes.begin(), patch.bytes.end(), frame.begin() + patch.at);
  }
}

void PacketBuilder::SetLength(const Header& header, Bytes& frame) {
  const size_t bytes = frame.size() - header.at;
  uint8_t* at = frame.data() + header.at;
  if (header.kind == Kind::kIpv4) StoreBe16(at + 2, static_cast<uint16_t>(bytes));
  if (header.kind == Kind::kIpv6) StoreBe16(at + 4, static_cast<uint16_t>(bytes - 40));
  if (header.kind == Kind::kUdp) StoreBe16(at + 4, static_cast<uint16_t>(bytes));
}

void PacketBuilder::SetChecksum(const Header& header, const Header* ip, Bytes& frame) {
  uint8_t* at = frame.data() + header.at;
  const uint8_t* end = frame.data() + frame.size();
  if (header.kind == Kind::kIpv4) {
    const uint8_t* header_end = std::min<const uint8_t*>(end, at + std::max((at[0] & 0xf) * 4, 20));
    return StoreBe16(at + 10, Checksum(at, header_end, 0));
  }
  if (header.kind == Kind::kIcmp) return StoreBe16(at + 2, Checksum(at, end, 0));
  if (ip == nullptr) return;
  const uint8_t* addresses = frame.data() + ip->at + (ip->kind == Kind::kIpv4 ? 12 : 8);
  uint32_t sum = SumWords(addresses, addresses + (ip->kind == Kind::kIpv4 ? 8 : 32));
  sum += static_cast<uint32_t>(end - at);
  if (header.kind == Kind::kTcp) StoreBe16(at + 16, Checksum(at, end, sum + kProtocolTcp));
  if (header.kind == Kind::kIcmp6) StoreBe16(at + 2, Checksum(at, end, sum + kProtocolIcmp6));
  if (header.kind == Kind::kUdp) {
    const uint16_t checksum = Checksum(at, end, sum + kProtocolUdp);
    StoreBe16(at + 6, checksum == 0 ? 0xffff : checksum);
  }
}

Bytes PacketBuilder::Build() const {
  Bytes frame = frame_;
  for (const Header& header : headers_) SetLength(header, frame);
  ApplyOverrides(frame);
  const Header* ip = nullptr;
  for (const Header& header : headers_) {
    if (header.kind == Kind::kIpv4 || header.kind == Kind::kIpv6) ip = &header;
    SetChecksum(header, ip, frame);
  }
  ApplyOverrides(frame);
  return frame;
}

}  // namespace picket
