// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/batch.h"
#include "dataplane/headers.h"
#include "dataplane/tables/siphash.h"
#include "dataplane/tick.h"
#include "dataplane/verdict.h"

namespace picket {

// Identifies a datagram while it is in pieces: addresses, id and, for IPv4, protocol (RFC 791). In IPv6 the protocol is
// no part of it: pieces may name different next headers (RFC 8200 section 4.5). The side it came in on is: what comes
// in on the other one belongs to another outside address, which another worker may look after.
struct FragmentKey {
  uint64_t source_high = 0;
  uint64_t source_low = 0;
  uint64_t destination_high = 0;
  uint64_t destination_low = 0;
  uint32_t id = 0;
  uint8_t protocol = 0;
  Family family = Family::kIpv4;
  Direction from = Direction::kInward;
  friend bool operator==(const FragmentKey&, const FragmentKey&) = default;

  static FragmentKey Of(const Headers& headers, Direction from);
};

// Which bytes of a datagram have been seen, as disjoint pieces in order.
//   units   byte offsets into the datagram's payload, begin <= end
class FragmentPieces {
 public:
  // new: nothing of it was seen before. contained: all of it was. overlaps: some of it was. scattered: new, but there
  // are already kPiecesMax separate pieces; not recorded.
  enum class Outcome : uint8_t { kNew, kContained, kOverlaps, kScattered };
  Outcome Add(uint32_t begin, uint32_t end);
  // Whether all from 0 to `end` was seen.
  bool Covers(uint32_t end) const { return count_ == 1 && pieces_[0].begin == 0 && pieces_[0].end == end; }

 private:
  static constexpr uint32_t kPiecesMax = 8;
  struct Piece {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  std::array<Piece, kPiecesMax> pieces_;
  uint32_t count_ = 0;
};

// One datagram in pieces.
//   refused   set once its first fragment, or any that overlapped, was refused: the rest follows
//   first     the ports of the first fragment, once it was seen
struct FragmentDatagram {
  struct First {
    uint8_t protocol = 0;
    bool has_ports = false;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
  };
  FragmentKey key;
  Tick expiry;
  std::optional<Verdict> refused;
  std::optional<First> first;
  FragmentPieces pieces;
  std::optional<uint32_t> total_bytes;
};

// Datagrams in pieces, per worker: exact keys in four-way sets of fixed number.
//   shapes  memory is fixed at construction; `datagrams` is a power of two >= 4
//   units   a datagram is forgotten 30 s (IPv4) or 60 s (IPv6, RFC 8200) after its first piece
//   When a set is full the oldest datagram makes room; evicted() counts those not yet expired. Later fragments of a
//   forgotten datagram are judged like those whose first was never seen.
class FragmentTable {
 public:
  FragmentTable(uint32_t datagrams, HashKey key);

  FragmentDatagram& FindOrAdd(const FragmentKey& key, Tick now);
  // Null: not known, or expired.
  FragmentDatagram* Find(const FragmentKey& key, Tick now);
  void Forget(FragmentDatagram& datagram) { datagram = {}; }

  uint64_t evicted() const { return evicted_; }

 private:
  static constexpr uint32_t kWays = 4;
  using Set = std::array<FragmentDatagram, kWays>;
  Set& SetOf(const FragmentKey& key);

  HashKey key_;
  std::vector<Set> sets_;
  uint64_t evicted_ = 0;
};

}  // namespace picket
