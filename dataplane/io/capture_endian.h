// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

// Unaligned loads in the byte order a capture was written in. The caller has proved that the bytes exist.
namespace picket {

static_assert(std::endian::native == std::endian::little, "byte order helpers assume a little-endian machine");

enum class ByteOrder : uint8_t { kLittle, kBig };

inline uint16_t Load16(const uint8_t* at, ByteOrder order) {
  uint16_t v;
  std::memcpy(&v, at, sizeof v);
  return order == ByteOrder::kLittle ? v : __builtin_bswap16(v);
}

inline uint32_t Load32(const uint8_t* at, ByteOrder order) {
  uint32_t v;
  std::memcpy(&v, at, sizeof v);
  return order == ByteOrder::kLittle ? v : __builtin_bswap32(v);
}

inline uint64_t Load64(const uint8_t* at, ByteOrder order) {
  uint64_t v;
  std::memcpy(&v, at, sizeof v);
  return order == ByteOrder::kLittle ? v : __builtin_bswap64(v);
}

}  // namespace picket
