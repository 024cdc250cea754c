// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <rte_mbuf.h>

#include <cstdint>
#include <span>
#include <vector>

namespace picket::peer {

inline constexpr uint32_t kAddressesBits = 24;  // outside hosts: the whole of 10.0.0.0/8
inline constexpr uint32_t kSourceAt = 26;
inline constexpr uint32_t kDestinationAt = 30;
inline constexpr uint32_t kChecksumAt = 24;
inline constexpr uint32_t kPayloadAt = 42;

// A well-mixed number for each number.
uint64_t Mix(uint64_t n);

// The outside host of frame `index`: all 2^24 in turn, in an order that no cache foresees.
inline uint32_t OutsideHost(uint64_t index) {
  const uint32_t host = static_cast<uint32_t>(index) * 2'654'435'761U >> (32 - kAddressesBits);
  return 10U << kAddressesBits | host;
}

// A frame of `frame.size()` bytes: Ethernet, IPv4 with correct length and checksum, UDP, bytes drawn from `seed`. A
// frame too short for all that is the beginning of it.
//   shapes  inward: from OutsideHost(index) to 198.51.100.10; outward: the other way round
void BuildUdpFrame(std::span<uint8_t> frame, uint64_t index, bool inward, uint64_t seed);

// Nothing but bytes drawn from `seed`.
void BuildRandomFrame(std::span<uint8_t> frame, uint64_t seed);

// Puts another outside host into a frame made by BuildUdpFrame, checksum included.
//   shapes  `sum` is IpSumWithoutOutside of the frame
void SetOutsideHost(uint8_t* frame, bool inward, uint32_t host, uint32_t sum);

// The ones' complement sum of the IPv4 header without checksum and outside address.
uint32_t IpSumWithoutOutside(const uint8_t* frame, bool inward);

// A number that two different frames share only by chance (2^-64).
uint64_t Digest(std::span<const uint8_t> frame);

// Copies a frame into a chain of mbufs of at most `segment_bytes` each; null when the pool is exhausted.
rte_mbuf* CopyToMbufs(rte_mempool* pool, std::span<const uint8_t> frame, uint32_t segment_bytes);

// The bytes of a received frame: in place, or copied to `scratch` when it has several segments.
std::span<const uint8_t> BytesOf(const rte_mbuf* mbuf, std::vector<uint8_t>& scratch);

}  // namespace picket::peer
