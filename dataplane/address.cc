// SPDX-License-Identifier: Apache-2.0
#include "dataplane/address.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

#include "dataplane/bytes.h"

namespace picket {
namespace {

constexpr size_t kAddressTextMax = INET6_ADDRSTRLEN;

}  // namespace

std::optional<Address> ParseAddress(std::string_view text) {
  std::array<char, kAddressTextMax> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  std::array<uint8_t, 16> bytes{};
  if (text.find(':') == std::string_view::npos) {
    if (inet_pton(AF_INET, terminated.data(), bytes.data()) != 1) return std::nullopt;
    return Address::V4(LoadBe32(bytes.data()));
  }
  if (inet_pton(AF_INET6, terminated.data(), bytes.data()) != 1) return std::nullopt;
  return Address::V6(LoadBe64(bytes.data()), LoadBe64(bytes.data() + 8));
}

std::optional<Prefix> ParsePrefix(std::string_view text, bool* host_bits_cleared) {
  const size_t slash = text.find('/');
  const std::optional<Address> address = ParseAddress(text.substr(0, slash));
  if (!address) return std::nullopt;
  uint8_t length = AddressBits(address->family);
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const bool leading_zero = digits.size() > 1 && digits[0] == '0';
    if (error != std::errc{} || end != digits.data() + digits.size() || leading_zero) return std::nullopt;
    if (length > AddressBits(address->family)) return std::nullopt;
  }
  const Prefix prefix = Prefix::Of(*address, length);
  if (host_bits_cleared != nullptr) *host_bits_cleared = prefix.address != *address;
  return prefix;
}

std::string ToString(const Address& address) {
  std::array<char, kAddressTextMax> text{};
  std::array<uint8_t, 16> bytes{};
  if (address.family == Family::kIpv4) {
    StoreBe32(bytes.data(), static_cast<uint32_t>(address.low));
    inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
  } else {
    StoreBe64(bytes.data(), address.high);
    StoreBe64(bytes.data() + 8, address.low);
    inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  }
  return text.data();
}

std::string ToString(const Prefix& prefix) {
  if (prefix.IsHost()) return ToString(prefix.address);
  return ToString(prefix.address) + "/" + std::to_string(prefix.length);
}

}  // namespace picket
