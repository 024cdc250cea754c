// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataplane/address.h"
#include "dataplane/headers.h"
#include "dataplane/packet_view.h"

namespace picket {

using Bytes = std::vector<uint8_t>;

// Fields of the headers that PacketBuilder writes. Empty optionals are filled in correctly; anything else, and every
// field without a name here, can be overridden by Override8/16/32.
struct Ipv4Fields {
  std::string source = "192.0.2.1";
  std::string destination = "198.51.100.1";
  uint8_t version = 4;
  std::optional<uint8_t> header_words = {};
  std::optional<uint16_t> total_bytes = {};
  uint16_t id = 0;
  uint16_t fragment_offset = 0;  // in bytes, a multiple of 8
  bool more_fragments = false;
  uint8_t ttl = 64;
  std::optional<uint8_t> protocol = {};
  Bytes options = {};  // padded with zeros to a multiple of 4
};

struct Ipv6Fields {
  std::string source = "2001:db8::1";
  std::string destination = "2001:db8:ffff::1";
  uint8_t version = 6;
  std::optional<uint16_t> payload_bytes = {};
  std::optional<uint8_t> next_header = {};
  uint8_t hop_limit = 64;
};

// An extension header of any type but fragment: `body` follows the next header and length bytes.
//   units   length as the type counts it: 8-byte units beyond the first, 4-byte units less 2 for authentication (51)
struct ExtensionFields {
  uint8_t type = 60;
  Bytes body = {1, 4, 0, 0, 0, 0};
  std::optional<uint8_t> length = {};
  std::optional<uint8_t> next_header = {};
};

struct Fragment6Fields {
  uint32_t id = 0;
  uint16_t fragment_offset = 0;  // in bytes, a multiple of 8
  bool more_fragments = false;
  std::optional<uint8_t> next_header = {};
};

struct TcpFields {
  uint16_t source_port = 40'000;
  uint16_t destination_port = 443;
  uint8_t flags = kTcpSyn;
  std::optional<uint8_t> header_words = {};
  Bytes options = {};  // padded with zeros to a multiple of 4
};

struct UdpFields {
  uint16_t source_port = 40'000;
  uint16_t destination_port = 53;
  std::optional<uint16_t> length = {};
};

struct IcmpFields {
  uint8_t type = 8;
  uint8_t code = 0;
};

// Builds one frame, outermost header first: PacketBuilder().Vlan(5).Ipv4({.ttl = 1}).Udp().Raw("query").Build().
//   shapes  the link-layer header comes with the constructor. A header names the next one by itself. Lengths reach to
//           the end of the frame; checksums are correct for what was built, overridden fields included. ICMPv6 types
//           from 128 on suit Icmp6. Build can be called again and again.
//   source  RFC 791, 8200, 9293, 768, 792, 4443; IEEE 802.1Q; tcpdump.org LINKTYPE_LINUX_SLL and SLL2
class PacketBuilder {
 public:
  explicit PacketBuilder(LinkLayer link_layer = LinkLayer::kEthernet);

  PacketBuilder& Vlan(uint16_t id = 1, uint16_t ethertype = 0x8100);
  PacketBuilder& Ipv4(const Ipv4Fields& fields = {});
  PacketBuilder& Ipv6(const Ipv6Fields& fields = {});
  PacketBuilder& Extension(const ExtensionFields& fields = {});
  PacketBuilder& Fragment6(const Fragment6Fields& fields = {});
  PacketBuilder& Tcp(const TcpFields& fields = {});
  PacketBuilder& Udp(const UdpFields& fields = {});
  PacketBuilder& Icmp(const IcmpFields& fields = {});
  PacketBuilder& Icmp6(const IcmpFields& fields = {.type = 128});
  // Bytes as they are, after which nothing is named. `Zeros` appends `count` of them.
  PacketBuilder& Raw(const Bytes& bytes);
  PacketBuilder& Raw(std::string_view text);
  PacketBuilder& Zeros(size_t count) { return Raw(Bytes(count, 0)); }

  // What the header added last says comes next: an ethertype, or a protocol number.
  PacketBuilder& Next(uint16_t type);
  // Bytes at `at` from the start of the header added last, whatever they would have been.
  PacketBuilder& Override8(uint32_t at, uint8_t value);
  PacketBuilder& Override16(uint32_t at, uint16_t value);
  PacketBuilder& Override32(uint32_t at, uint32_t value);

  Bytes Build() const;
  LinkLayer link_layer() const { return link_layer_; }

 private:
  enum class Kind : uint8_t { kLink, kIpv4, kIpv6, kExtension, kTcp, kUdp, kIcmp, kIcmp6, kRaw };
  struct Header {
    Kind kind = Kind::kLink;
    uint32_t at = 0;
  };
  struct Patch {
    uint32_t at = 0;
    Bytes bytes;
  };

  void Begin(Kind kind, uint16_t type, const Bytes& bytes, uint32_t next_at, uint32_t next_bytes);
  void Override(uint32_t at, const Bytes& bytes);
  void ApplyOverrides(Bytes& frame) const;
  static void SetLength(const Header& header, Bytes& frame);
  static void SetChecksum(const Header& header, const Header* ip, Bytes& frame);

  LinkLayer link_layer_;
  Bytes frame_;
  std::vector<Header> headers_;
  std::vector<Patch> overrides_;
  uint32_t next_at_ = 0;
  uint32_t next_bytes_ = 0;  // 0: nothing names what comes next
};

}  // namespace picket
