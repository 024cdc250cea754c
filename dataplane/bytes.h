// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

// Unaligned loads and stores in network (big-endian) order. The caller has proved that the bytes exist.
namespace picket {

static_assert(std::endian::native == std::endian::little, "byte order helpers assume a little-endian machine");

inline uint16_t LoadBe16(const uint8_t* at) {
  uint16_t v;
  std::memcpy(&v, at, sizeof v);
  return __builtin_bswap16(v);
}

inline uint32_t LoadBe32(const uint8_t* at) {
  uint32_t v;
  std::memcpy(&v, at, sizeof v);
  return __builtin_bswap32(v);
}

inline uint64_t LoadBe64(const uint8_t* at) {
  uint64_t v;
  std::memcpy(&v, at, sizeof v);
  return __builtin_bswap64(v);
}

inline void StoreBe16(uint8_t* at, uint16_t v) {
  v = __builtin_bswap16(v);
  std::memcpy(at, &v, sizeof v);
}

inline void StoreBe32(uint8_t* at, uint32_t v) {
  v = __builtin_bswap32(v);
  std::memcpy(at, &v, sizeof v);
}

inline void StoreBe64(uint8_t* at, uint64_t v) {
  v = __builtin_bswap64(v);
  std::memcpy(at, &v, sizeof v);
}

}  // namespace picket
