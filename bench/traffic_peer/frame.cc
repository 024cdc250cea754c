// SPDX-License-Identifier: Apache-2.0
#include "bench/traffic_peer/frame.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "dataplane/bytes.h"

namespace picket::peer {
namespace {

constexpr uint32_t kIpAt = 14;
constexpr uint32_t kUdpAt = 34;
constexpr uint32_t kInsideHost = 0xc633'640a;  // 198.51.100.10

// Locally administered addresses; inside and outside are a router each.
constexpr std::array<uint8_t, 12> kMacs{0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0, 0, 0x01};

uint16_t Fold(uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

void WriteHeaders(uint8_t* at, uint32_t bytes, uint64_t index, bool inward) {
  std::memcpy(at, kMacs.data() + (inward ? 0 : 6), 6);
  std::memcpy(at + 6, kMacs.data() + (inward ? 6 : 0), 6);
  const auto ip_bytes = static_cast<uint16_t>(std::max(bytes, kPayloadAt) - kIpAt);
  StoreBe16(at + 12, 0x0800);
  StoreBe16(at + kIpAt, 0x4500);
  StoreBe16(at + kIpAt + 2, ip_bytes);
  StoreBe32(at + kIpAt + 4, 0x4000);  // may not be fragmented
  StoreBe16(at + kIpAt + 8, 0x4011);  // 64 hops, UDP
  StoreBe32(at + (inward ? kDestinationAt : kSourceAt), kInsideHost);
  SetOutsideHost(at, inward, OutsideHost(index), IpSumWithoutOutside(at, inward));
  StoreBe16(at + kUdpAt, inward ? 40'000 : 443);
  StoreBe16(at + kUdpAt + 2, inward ? 443 : 40'000);
  StoreBe16(at + kUdpAt + 4, static_cast<uint16_t>(ip_bytes - 20));
  StoreBe16(at + kUdpAt + 6, 0);  // not checksummed, RFC 768
}

}  // namespace

uint64_t Mix(uint64_t n) {
  n += 0x9e37'79b9'7f4a'7c15;
  n = (n ^ n >> 30) * 0xbf58'476d'1ce4'e5b9;
  n = (n ^ n >> 27) * 0x94d0'49bb'1331'11eb;
  return n ^ n >> 31;
}

void BuildRandomFrame(std::span<uint8_t> frame, uint64_t seed) {
  for (size_t at = 0; at < frame.size(); at += 8) {
    const uint64_t bytes = Mix(seed * 0x1'0001 + at);
    std::memcpy(frame.data() + at, &bytes, std::min<size_t>(8, frame.size() - at));
  }
}

void BuildUdpFrame(std::span<uint8_t> frame, uint64_t index, bool inward, uint64_t seed) {
  std::array<uint8_t, kPayloadAt> headers{};
  WriteHeaders(headers.data(), static_cast<uint32_t>(frame.size()), index, inward);
  if (frame.size() > kPayloadAt) BuildRandomFrame(frame.subspan(kPayloadAt), seed);
  std::memcpy(frame.data(), headers.data(), std::min<size_t>(frame.size(), kPayloadAt));
}

uint32_t IpSumWithoutOutside(const uint8_t* frame, bool inward) {
  uint32_t sum = 0;
  for (uint32_t at = kIpAt; at < kChecksumAt; at += 2) sum += LoadBe16(frame + at);
  const uint8_t* inside = frame + (inward ? kDestinationAt : kSourceAt);
  return sum + LoadBe16(inside) + LoadBe16(inside + 2);
}

void SetOutsideHost(uint8_t* frame, bool inward, uint32_t host, uint32_t sum) {
  StoreBe32(frame + (inward ? kSourceAt : kDestinationAt), host);
  StoreBe16(frame + kChecksumAt, Fold(sum + (host >> 16) + (host & 0xffff)));
}

uint64_t Digest(std::span<const uint8_t> frame) {
  uint64_t digest = frame.size();
  for (size_t at = 0; at < frame.size(); at += 8) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, frame.data() + at, std::min<size_t>(8, frame.size() - at));
    digest = (std::rotl(digest, 23) ^ bytes) * 0x9fb2'1c65'1e98'df25;
  }
  return Mix(digest);
}

rte_mbuf* CopyToMbufs(rte_mempool* pool, std::span<const uint8_t> frame, uint32_t segment_bytes) {
  rte_mbuf* head = rte_pktmbuf_alloc(pool);
  if (head == nullptr) return nullptr;
  rte_mbuf* last = head;
  const uint32_t most = std::min<uint32_t>(segment_bytes, rte_pktmbuf_tailroom(head));
  for (size_t at = 0; at < frame.size(); at += last->data_len) {
    if (at != 0) {
      last->next = rte_pktmbuf_alloc(pool);
      if (last->next == nullptr) break;
      last = last->next;
      ++head->nb_segs;
    }
    last->data_len = static_cast<uint16_t>(std::min<size_t>(most, frame.size() - at));
    std::memcpy(rte_pktmbuf_mtod(last, uint8_t*), frame.data() + at, last->data_len);
    head->pkt_len += last->data_len;
  }
  if (head->pkt_len == frame.size()) return head;
  rte_pktmbuf_free(head);
  return nullptr;
}

std::span<const uint8_t> BytesOf(const rte_mbuf* mbuf, std::vector<uint8_t>& scratch) {
  const uint32_t bytes = rte_pktmbuf_pkt_len(mbuf);
  if (bytes <= mbuf->data_len) return {rte_pktmbuf_mtod(mbuf, const uint8_t*), bytes};
  scratch.resize(bytes);
  const auto* at = static_cast<const uint8_t*>(rte_pktmbuf_read(mbuf, 0, bytes, scratch.data()));
  return {at, at == nullptr ? 0 : bytes};
}

}  // namespace picket::peer
