// SPDX-License-Identifier: Apache-2.0
#include "dataplane/stages/fragments.h"

namespace picket {
namespace {

bool IsTracked(const Headers& headers, const FragmentPolicies& policies) {
  if (headers.proved == Proved::kNothing || !headers.is_fragment) return false;
  const bool atomic = headers.IsFirstFragment() && !headers.more_fragments;
  return !atomic && policies.Of(headers.family).handling == FragmentHandling::kInspect;
}

// Records the fragment's bytes; false if they settle the packet.
bool TrackBytes(Batch& batch, uint32_t slot, Verdict overlap, FragmentDatagram& datagram) {
  const Headers& headers = batch.headers[slot];
  const uint32_t end = uint32_t{headers.fragment_offset} + headers.fragment_bytes;
  const FragmentPieces::Outcome outcome = datagram.pieces.Add(headers.fragment_offset, end);
  if (!headers.more_fragments) datagram.total_bytes = end;
  switch (outcome) {
    case FragmentPieces::Outcome::kNew:
      return true;
    case FragmentPieces::Outcome::kScattered:
      if (overlap != Verdict::kDrop) return true;
      batch.Settle(slot, Verdict::kDrop, Reason::kFragScattered);
      return false;
    case FragmentPieces::Outcome::kOverlaps:
      if (overlap == Verdict::kDrop) datagram.refused = Verdict::kDrop;
      break;
    case FragmentPieces::Outcome::kContained:
      break;
  }
  if (overlap == Verdict::kDrop) {
    batch.Settle(slot, Verdict::kDrop, Reason::kFragOverlap);
    return false;
  }
  if (overlap == Verdict::kMonitor) batch.Note(slot, Verdict::kMonitor, Reason::kFragOverlap);
  return true;
}

void TakePortsOf(const FragmentDatagram::First& first, Headers& headers) {
  headers.protocol = first.protocol;
  headers.source_port = first.source_port;
  headers.destination_port = first.destination_port;
  headers.has_ports = first.has_ports;
  headers.follows_first = true;
}

void Follow(Batch& batch, uint32_t slot, const FragmentPolicy& policy, FragmentTable& table, Tick now) {
  Headers& headers = batch.headers[slot];
  const FragmentKey key = FragmentKey::Of(headers, batch.direction[slot]);
  FragmentDatagram* datagram = &table.FindOrAdd(key, now);
  const bool known = datagram->first || datagram->refused;
  const bool reused = headers.IsFirstFragment() && known && policy.overlap != Verdict::kDrop;
  if (reused) {
    table.Forget(*datagram);
    datagram = &table.FindOrAdd(key, now);
  }
  if (datagram->refused) {
    batch.Settle(slot, *datagram->refused, Reason::kFragFollows);
    return;
  }
  if (!TrackBytes(batch, slot, policy.overlap, *datagram)) return;
  if (headers.IsFirstFragment()) {
    datagram->first = {headers.protocol, headers.has_ports, headers.source_port, headers.destination_port};
  } else if (datagram->first) {
    TakePortsOf(*datagram->first, headers);
  }
}

}  // namespace

uint32_t FragmentRound(const Batch& batch, uint32_t waiting, const FragmentPolicies& policies) {
  bool has_fragment = false;
  for (const uint32_t slot : SlotRange(waiting)) {
    if (!IsTracked(batch.headers[slot], policies)) [[likely]]
      continue;
    if (has_fragment) return waiting & ((1U << slot) - 1);
    has_fragment = true;
  }
  return waiting;
}

void FollowFragments(Batch& batch, const FragmentPolicies& policies, FragmentTable& table, Tick now) {
  for (const uint32_t slot : batch.Live()) {
    const Headers& headers = batch.headers[slot];
    if (!headers.is_fragment) [[likely]]
      continue;
    const FragmentPolicy& policy = policies.Of(headers.family);
    if (policy.handling == FragmentHandling::kDrop) {
      batch.Settle(slot, Verdict::kDrop, Reason::kFragPolicy);
    } else if (IsTracked(headers, policies)) {
      Follow(batch, slot, policy, table, now);
    }
  }
}

void RememberFragments(const Batch& batch, uint32_t round, const FragmentPolicies& policies, FragmentTable& table,
                       Tick now) {
  for (const uint32_t slot : SlotRange(round)) {
    const Headers& headers = batch.headers[slot];
    if (!IsTracked(headers, policies)) [[likely]]
      continue;
    const FragmentKey key = FragmentKey::Of(headers, batch.direction[slot]);
    const Verdict verdict = batch.verdict[slot];
    // What repeats or overlaps says nothing about the datagram that TrackBytes has not said.
    if (headers.IsFirstFragment() && Drops(verdict) && batch.reason[slot] != Reason::kFragOverlap) {
      table.FindOrAdd(key, now).refused = verdict;
    }
    FragmentDatagram* datagram = table.Find(key, now);
    if (datagram == nullptr || datagram->refused || !datagram->total_bytes) continue;
    if (datagram->pieces.Covers(*datagram->total_bytes)) table.Forget(*datagram);
  }
}

}  // namespace picket
