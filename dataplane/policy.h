// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/address.h"
#include "dataplane/verdict.h"

// What an operator decides once and workers only read: immutable while a batch runs.
namespace picket {

// What becomes of a malformed packet, by its reason: pass, monitor or drop; index is the Reason. Everything is dropped
// unless real senders are known to do it.
struct MalformedPolicy {
  std::array<Verdict, kReasonCount> verdict;
  constexpr MalformedPolicy() {
    verdict.fill(Verdict::kDrop);
    (*this)[Reason::kUdpNoSourcePort] = Verdict::kMonitor;
  }
  constexpr Verdict operator[](Reason r) const { return verdict[static_cast<size_t>(r)]; }
  constexpr Verdict& operator[](Reason r) { return verdict[static_cast<size_t>(r)]; }
};

// What becomes of one family's fragments.
//   inspect  later fragments follow their first; without it they pass, or fall under a port-scoped drop
//   pass     nothing is tracked: each later fragment is judged as one whose first is unknown
//   drop     every fragment is dropped
enum class FragmentHandling : uint8_t { kInspect, kPass, kDrop };
struct FragmentPolicy {
  FragmentHandling handling = FragmentHandling::kInspect;
  Verdict overlap = Verdict::kDrop;  // pass, monitor or drop
};

// A mode that differs from the link's for the inside addresses of one prefix; the longest prefix decides.
struct PrefixMode {
  Prefix prefix;
  Mode mode = Mode::kMonitor;
};
inline constexpr size_t kPrefixModesMax = 256;

// What becomes of packets whose source belongs to the other side of the link: drop, monitor or pass.
//   protected_prefixes  live inside, and nowhere else; empty: nothing is judged
//   exempt              may be the source of outward packets although they are not protected
struct AntiSpoofPolicy {
  Verdict verdict = Verdict::kPass;
  std::vector<Prefix> protected_prefixes;
  std::vector<Prefix> exempt;
};

enum class RateUnit : uint8_t { kPackets, kBytes };
// Who shares one bucket: each address, each /64 of IPv6 (IPv4: each address), or all that entries of one
// prefix and class matched.
enum class RateKey : uint8_t { kHost, kSubnet64, kPrefix };

// A rate that entries with the verdict limit refer to.
//   units   packets or wire bytes (frame with link-layer header, without FCS); rate per second, burst absolute
//   shapes  rate 1 .. kRateMax, burst 1 .. kBurstMax
struct RateClass {
  std::string name;
  RateUnit unit = RateUnit::kPackets;
  RateKey key = RateKey::kSubnet64;
  uint64_t rate_per_s = 0;
  uint64_t burst = 0;
};
inline constexpr uint64_t kRateMax = 12'500'000'000;  // 100 Gbit/s in bytes per second
inline constexpr uint64_t kBurstMax = uint64_t{1} << 40;

struct LinkPolicy {
  Mode mode = Mode::kMonitor;
  std::vector<PrefixMode> prefix_modes;  // sorted, longest prefix first
  MalformedPolicy malformed;
  AntiSpoofPolicy anti_spoof;
  FragmentPolicy ipv4_fragments{.overlap = Verdict::kMonitor};
  FragmentPolicy ipv6_fragments;
  std::vector<RateClass> rate_classes;  // index is the RateClassId
};

}  // namespace picket
