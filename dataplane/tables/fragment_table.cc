// SPDX-License-Identifier: Apache-2.0
#include "dataplane/tables/fragment_table.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace picket {
namespace {

constexpr Duration kIpv4Timeout = Duration::FromSeconds(30);
constexpr Duration kIpv6Timeout = Duration::FromSeconds(60);

}  // namespace

FragmentKey FragmentKey::Of(const Headers& headers, Direction from) {
  return {.source_high = headers.source_high,
          .source_low = headers.source_low,
          .destination_high = headers.destination_high,
          .destination_low = headers.destination_low,
          .id = headers.fragment_id,
          .protocol = headers.family == Family::kIpv4 ? headers.protocol : uint8_t{0},
          .family = headers.family,
          .from = from};
}

FragmentPieces::Outcome FragmentPieces::Add(uint32_t begin, uint32_t end) {
  uint32_t at = 0;
  while (at < count_ && pieces_[at].end < begin) ++at;
  // pieces_[at] is the first that could touch [begin, end).
  for (uint32_t i = at; i < count_ && pieces_[i].begin < end; ++i) {
    if (pieces_[i].begin <= begin && end <= pieces_[i].end) return Outcome::kContained;
    if (begin < pieces_[i].end) return Outcome::kOverlaps;
  }
  const bool joins_left = at < count_ && pieces_[at].end == begin;
  const uint32_t right = joins_left ? at + 1 : at;
  const bool joins_right = right < count_ && pieces_[right].begin == end;
  if (joins_left && joins_right) {
    pieces_[at].end = pieces_[right].end;
    std::copy(pieces_.begin() + right + 1, pieces_.begin() + count_, pieces_.begin() + right);
    --count_;
  } else if (joins_left) {
    pieces_[at].end = end;
  } else if (joins_right) {
    pieces_[right].begin = begin;
  } else if (count_ == kPiecesMax) {
    return Outcome::kScattered;
  } else {
    std::copy_backward(pieces_.begin() + at, pieces_.begin() + count_, pieces_.begin() + count_ + 1);
    pieces_[at] = {begin, end};
    ++count_;
  }
  return Outcome::kNew;
}

FragmentTable::FragmentTable(uint32_t datagrams, HashKey key) : key_(key), sets_(datagrams / kWays) {
  assert(std::has_single_bit(datagrams) && datagrams >= kWays);
}

FragmentTable::Set& FragmentTable::SetOf(const FragmentKey& key) {
  SipHash13 hash(key_);
  hash.Add(key.source_high);
  hash.Add(key.source_low);
  hash.Add(key.destination_high);
  hash.Add(key.destination_low);
  hash.Add(uint64_t{key.id} << 24 | uint64_t{key.protocol} << 16 | static_cast<uint64_t>(key.family) << 8 |
           static_cast<uint64_t>(key.from));
  return sets_[hash.Finish() & (sets_.size() - 1)];
}

FragmentDatagram* FragmentTable::Find(const FragmentKey& key, Tick now) {
  for (FragmentDatagram& d : SetOf(key)) {
    if (d.key == key && d.expiry > now) return &d;
  }
  return nullptr;
}

FragmentDatagram& FragmentTable::FindOrAdd(const FragmentKey& key, Tick now) {
  if (FragmentDatagram* known = Find(key, now)) return *known;
  Set& set = SetOf(key);
  FragmentDatagram& oldest = *std::min_element(
      set.begin(), set.end(), [](const FragmentDatagram& a, const FragmentDatagram& b) { return a.expiry < b.expiry; });
  if (oldest.expiry > now) ++evicted_;
  oldest = {};
  oldest.key = key;
  oldest.expiry = now + (key.family == Family::kIpv4 ? kIpv4Timeout : kIpv6Timeout);
  return oldest;
}

}  // namespace picket
