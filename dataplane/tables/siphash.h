// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>
#include <span>

namespace picket {

// Keys of the per-worker hash tables. Addresses and fragment ids are chosen by whoever sends them, so every hash is
// keyed; a key comes from getrandom at start, or from a seed in tests and replay.
struct HashKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;

  // Two well-mixed words from one seed (SplitMix64), for reproducible runs.
  static constexpr HashKey FromSeed(uint64_t seed) {
    const auto next = [&seed] {
      uint64_t z = (seed += 0x9e3779b97f4a7c15);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      return z ^ (z >> 31);
    };
    const uint64_t k0 = next();
    return {k0, next()};
  }
};

// SipHash-1-3 over whole 64-bit words.
//   source  Aumasson, Bernstein: "SipHash: a fast short-input PRF" (2012); one compression, three finalization rounds
class SipHash13 {
 public:
  constexpr explicit SipHash13(HashKey key)
      : v0_(0x736f6d6570736575 ^ key.k0),
        v1_(0x646f72616e646f6d ^ key.k1),
        v2_(0x6c7967656e657261 ^ key.k0),
        v3_(0x7465646279746573 ^ key.k1) {}

  constexpr void Add(uint64_t word) {
    v3_ ^= word;
    Round();
    v0_ ^= word;
    bytes_ += 8;
  }

  constexpr uint64_t Finish() {
    Add((bytes_ & 0xff) << 56);
    v2_ ^= 0xff;
    Round();
    Round();
    Round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  constexpr void Round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  uint64_t v0_;
  uint64_t v1_;
  uint64_t v2_;
  uint64_t v3_;
  uint64_t bytes_ = 0;
};

}  // namespace picket
