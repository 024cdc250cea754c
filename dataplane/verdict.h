// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket {

// What is done with a packet, and what a reputation entry asks for. Ordered by strength: of two verdicts that apply
// equally, the larger wins.
//   allow      forwarded; skips scan, challenge and decoy
//   pass       forwarded
//   monitor    forwarded; would have been refused, or is watched
//   limit      dropped for exceeding its rate
//   challenge  answered by a SYN cookie, the flow is spliced once the peer proved itself
//   confine    only exposed services, and only through a challenge
//   decoy      answered by a decoy
//   drop_new   dropped unless it belongs to a live flow
//   drop       dropped
enum class Verdict : uint8_t { kAllow, kPass, kMonitor, kLimit, kChallenge, kConfine, kDecoy, kDropNew, kDrop };
inline constexpr size_t kVerdictCount = 9;

std::string_view Name(Verdict verdict);
std::optional<Verdict> VerdictFromName(std::string_view name);

// The packet goes on to the other port.
constexpr bool Forwards(Verdict v) { return v <= Verdict::kMonitor; }
// The packet is freed by the port that received it.
constexpr bool Drops(Verdict v) { return v == Verdict::kLimit || v >= Verdict::kDropNew; }

enum class Reason : uint8_t {
#define PICKET_REASON(enumerator, name, stage, kind, text) enumerator,
#include "dataplane/reasons.def"
#undef PICKET_REASON
};

enum class ReasonKind : uint8_t { kNote, kMalformed, kRefuse };

struct ReasonInfo {
  std::string_view name;
  std::string_view stage;
  ReasonKind kind;
  std::string_view text;
};

inline constexpr std::array kReasons = {
#define PICKET_REASON(enumerator, name, stage, kind, text) ReasonInfo{name, stage, ReasonKind::kind, text},
#include "dataplane/reasons.def"
#undef PICKET_REASON
};
inline constexpr size_t kReasonCount = kReasons.size();
static_assert(kReasonCount <= 256);

constexpr const ReasonInfo& Info(Reason reason) { return kReasons[static_cast<size_t>(reason)]; }
constexpr std::string_view Name(Reason reason) { return Info(reason).name; }
std::optional<Reason> ReasonFromName(std::string_view name);

// off: forward unjudged. monitor: judge, count what would be refused, forward. enforce: act.
enum class Mode : uint8_t { kOff, kMonitor, kEnforce };
std::string_view Name(Mode mode);
std::optional<Mode> ModeFromName(std::string_view name);

}  // namespace picket
