// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace picket {

enum class Family : uint8_t { kIpv4, kIpv6 };

constexpr uint8_t AddressBits(Family family) { return family == Family::kIpv4 ? 32 : 128; }

// An IPv4 or IPv6 address as a number in host order.
//   shapes  IPv4: the value in the low 32 bits of `low`, `high` is 0. IPv6: `high` is the first 64 bits of the address.
struct Address {
  uint64_t high = 0;
  uint64_t low = 0;
  Family family = Family::kIpv4;

  static constexpr Address V4(uint32_t value) { return {0, value, Family::kIpv4}; }
  static constexpr Address V6(uint64_t high, uint64_t low) { return {high, low, Family::kIpv6}; }

  friend constexpr auto operator<=>(const Address&, const Address&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Address& a) {
    return H::combine(std::move(h), a.high, a.low, static_cast<uint8_t>(a.family));
  }
};

// `address` with every bit after the first `length` cleared; length <= AddressBits(family).
constexpr Address FirstBits(Address address, uint8_t length) {
  if (address.family == Family::kIpv4) {
    address.low &= length == 0 ? 0 : (~uint64_t{0} << (32 - length)) & 0xffff'ffff;
  } else if (length <= 64) {
    address.high &= length == 0 ? 0 : ~uint64_t{0} << (64 - length);
    address.low = 0;
  } else {
    address.low &= length == 128 ? ~uint64_t{0} : ~(~uint64_t{0} >> (length - 64));
  }
  return address;
}

// An address block. A host is the prefix of full length.
//   shapes  address == FirstBits(address, length)
struct Prefix {
  Address address;
  uint8_t length = 0;

  static constexpr Prefix Of(Address address, uint8_t length) { return {FirstBits(address, length), length}; }
  static constexpr Prefix Host(Address address) { return {address, AddressBits(address.family)}; }
  constexpr Family family() const { return address.family; }
  constexpr bool IsHost() const { return length == AddressBits(address.family); }
  constexpr bool Contains(Address a) const { return a.family == address.family && FirstBits(a, length) == address; }
  constexpr bool Contains(const Prefix& p) const { return p.length >= length && Contains(p.address); }

  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Prefix& p) {
    return H::combine(std::move(h), p.address, p.length);
  }
};

// The address that `text` spells, or nothing. IPv4 is four decimal octets without leading zeros; IPv6 is RFC 4291
// section 2.2 text without zone or brackets. An IPv4-mapped IPv6 address stays IPv6.
std::optional<Address> ParseAddress(std::string_view text);

// `ADDRESS` (a host) or `ADDRESS/LENGTH`. Bits after the length are cleared; `*host_bits_cleared`, when given, says
// whether any was set.
std::optional<Prefix> ParsePrefix(std::string_view text, bool* host_bits_cleared = nullptr);

// RFC 5952 text for IPv6. A host prefix prints without its length.
std::string ToString(const Address& address);
std::string ToString(const Prefix& prefix);

}  // namespace picket
