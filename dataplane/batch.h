// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "dataplane/entry.h"
#include "dataplane/headers.h"
#include "dataplane/packet_view.h"
#include "dataplane/verdict.h"

namespace picket {

inline constexpr uint32_t kBatchMax = 32;

// Which side of the link a packet came in on. The outside endpoint's address is the key of every table: the source of
// an inward packet, the destination of an outward one.
enum class Direction : uint8_t { kInward, kOutward };

// What the reputation table says of one packet.
//   length  of the prefix that decided; listed is false when no entry did
//   assumed the packet's port is unknown and a port-scoped drop was taken to match
struct Decision {
  Verdict verdict = Verdict::kPass;
  Tier tier = Tier::kFeed;
  uint8_t length = 0;
  bool listed = false;
  bool assumed = false;
  RateClassId rate_class = kNoRateClass;
};

// The set bits of a slot mask, lowest first.
class SlotRange {
 public:
  class Iterator {
   public:
    explicit Iterator(uint32_t mask) : mask_(mask) {}
    uint32_t operator*() const { return static_cast<uint32_t>(std::countr_zero(mask_)); }
    Iterator& operator++() {
      mask_ &= mask_ - 1;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return mask_ != other.mask_; }

   private:
    uint32_t mask_;
  };
  explicit SlotRange(uint32_t mask) : mask_(mask) {}
  Iterator begin() const { return Iterator(mask_); }
  Iterator end() const { return Iterator(0); }
  uint32_t mask() const { return mask_; }

 private:
  uint32_t mask_;
};

// Up to kBatchMax packets on their way through the pipeline, in columns. A port fills packet and direction; each stage
// fills its own column and marks verdicts. Slots never move; a settled packet leaves the live set, and the port that
// received it acts on the verdict once the pipeline is done.
struct Batch {
  uint32_t size = 0;
  uint32_t live = 0;
  std::array<PacketView, kBatchMax> packet;
  std::array<Direction, kBatchMax> direction;
  std::array<Headers, kBatchMax> headers;    // by parse
  std::array<Mode, kBatchMax> mode;          // by mode
  std::array<Decision, kBatchMax> decision;  // by reputation
  std::array<Verdict, kBatchMax> verdict;
  std::array<Reason, kBatchMax> reason;

  void Clear() { size = live = 0; }
  bool Full() const { return size == kBatchMax; }
  // Appends a packet as live, not yet judged.
  uint32_t Add(const PacketView& view, Direction from) {
    const uint32_t slot = size++;
    live |= 1U << slot;
    packet[slot] = view;
    direction[slot] = from;
    decision[slot] = {};
    verdict[slot] = Verdict::kPass;
    reason[slot] = Reason::kNone;
    return slot;
  }

  bool IsLive(uint32_t slot) const { return (live >> slot & 1U) != 0; }
  SlotRange Live() const { return SlotRange(live); }
  SlotRange All() const { return SlotRange(size == kBatchMax ? ~0U : (1U << size) - 1); }

  // Says something about a packet that later stages still see.
  void Note(uint32_t slot, Verdict v, Reason r) {
    verdict[slot] = v;
    reason[slot] = r;
  }
  // Decides a packet for good.
  void Settle(uint32_t slot, Verdict v, Reason r) {
    Note(slot, v, r);
    live &= ~(1U << slot);
  }

  Address Outside(uint32_t slot) const {
    return direction[slot] == Direction::kInward ? headers[slot].Source() : headers[slot].Destination();
  }
  Address Inside(uint32_t slot) const {
    return direction[slot] == Direction::kInward ? headers[slot].Destination() : headers[slot].Source();
  }
  // The inside endpoint's port, if the packet shows one.
  std::optional<uint16_t> ServicePort(uint32_t slot) const {
    const Headers& h = headers[slot];
    if (!h.has_ports) return std::nullopt;
    return direction[slot] == Direction::kInward ? h.destination_port : h.source_port;
  }
};

}  // namespace picket
