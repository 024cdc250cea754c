// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/siphash.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace picket {
namespace {

uint64_t RotateLeft(uint64_t x, unsigned n) { return x << n | x >> (64 - n); }

uint64_t LittleEndian(const uint8_t* at) {
  uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) word |= uint64_t{at[i]} << (8 * i);
  return word;
}

using State = std::array<uint64_t, 4>;

// Figure 2.1 of the paper.
void SipRound(State& v) {
  v[0] += v[1];
  v[2] += v[3];
  v[1] = RotateLeft(v[1], 13);
  v[3] = RotateLeft(v[3], 16);
  v[1] ^= v[0];
  v[3] ^= v[2];
  v[0] = RotateLeft(v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = RotateLeft(v[1], 17);
  v[3] = RotateLeft(v[3], 21);
  v[1] ^= v[2];
  v[3] ^= v[0];
  v[2] = RotateLeft(v[2], 32);
}

// SipHash-c-d of section 2, over bytes.
uint64_t SipHash(int c, int d, const std::array<uint8_t, 16>& key, std::vector<uint8_t> message) {
  const uint64_t k0 = LittleEndian(key.data());
  const uint64_t k1 = LittleEndian(key.data() + 8);
  State v{k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573};
  const auto length = static_cast<uint8_t>(message.size());
  while (message.size() % 8 != 7) message.push_back(0);
  message.push_back(length);
  for (size_t i = 0; i < message.size(); i += 8) {
    const uint64_t m = LittleEndian(message.data() + i);
    v[3] ^= m;
    for (int r = 0; r < c; ++r) SipRound(v);
    v[0] ^= m;
  }
  v[2] ^= 0xff;
  for (int r = 0; r < d; ++r) SipRound(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

std::vector<uint8_t> CountingBytes(size_t n) {
  std::vector<uint8_t> bytes(n);
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<uint8_t>(i);
  return bytes;
}

std::array<uint8_t, 16> CountingKey() {
  std::array<uint8_t, 16> key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  return key;
}

uint64_t Words13(HashKey key, const std::vector<uint8_t>& bytes) {
  SipHash13 hash(key);
  for (size_t i = 0; i < bytes.size(); i += 8) hash.Add(LittleEndian(bytes.data() + i));
  return hash.Finish();
}

constexpr HashKey kCountingKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

TEST_CASE("the byte-wise twin keeps the vector of the SipHash paper", "[siphash]") {
  CHECK(SipHash(2, 4, CountingKey(), CountingBytes(15)) == 0xa129ca6149be45e5);
}

// Key and message bytes count from 0, as in the vectors of SipHash-2-4; the values for 1-3 as other implementations
// publish them (the standard library of Rust among them).
TEST_CASE("SipHash-1-3 keeps the published vectors of 0 to 56 bytes", "[siphash]") {
  constexpr std::array<uint64_t, 8> kVectors{0xabac0158050fc4dc, 0x369095118d299a8e, 0xcc4fdd1a7d908b66,
                                             0xf464aeb267349c8c, 0x81157b6c16a7b60d, 0xc1d2363299e41531,
                                             0x9f3143f8df074c46, 0xb4bcc0db243c6d75};
  for (size_t words = 0; words < kVectors.size(); ++words) {
    CHECK(Words13(kCountingKey, CountingBytes(8 * words)) == kVectors[words]);
  }
}

TEST_CASE("SipHash-1-3 over words is that over their bytes", "[siphash]") {
  std::mt19937_64 rng(50);
  for (int i = 0; i < 2'000; ++i) {
    std::array<uint8_t, 16> key{};
    for (uint8_t& b : key) b = static_cast<uint8_t>(rng());
    std::vector<uint8_t> message(8 * (rng() % 40));
    for (uint8_t& b : message) b = static_cast<uint8_t>(rng());
    const HashKey words{LittleEndian(key.data()), LittleEndian(key.data() + 8)};
    REQUIRE(Words13(words, message) == SipHash(1, 3, key, message));
  }
}

TEST_CASE("the hash depends on each half of the key", "[siphash]") {
  const std::vector<uint8_t> message = CountingBytes(16);
  CHECK(Words13({1, 2}, message) != Words13({2, 1}, message));
  CHECK(Words13({1, 2}, message) != Words13({1, 3}, message));
  CHECK(Words13({1, 2}, message) != Words13({0, 2}, message));
}

TEST_CASE("a seed makes one key, other seeds others", "[siphash]") {
  // The first two outputs of SplitMix64 from state 0.
  STATIC_REQUIRE(HashKey::FromSeed(0).k0 == 0xe220a8397b1dcdaf);
  STATIC_REQUIRE(HashKey::FromSeed(0).k1 == 0x6e789e6aa1b965f4);
  CHECK(HashKey::FromSeed(1).k0 != HashKey::FromSeed(0).k0);
  CHECK(HashKey::FromSeed(1).k1 != HashKey::FromSeed(0).k1);
}

}  // namespace
}  // namespace picket
