// SPDX-License-Identifier: Apache-2.0
#include "dataplane/verdict.h"

#include "dataplane/enum_name.h"

namespace picket {
namespace {

constexpr std::array<std::string_view, kVerdictCount> kVerdictNames = {
    "allow", "pass", "monitor", "limit", "challenge", "confine", "decoy", "drop_new", "drop"};
constexpr std::array<std::string_view, 3> kModeNames = {"off", "monitor", "enforce"};

}  // namespace

std::string_view Name(Verdict verdict) { return NameOf(kVerdictNames, verdict); }
std::optional<Verdict> VerdictFromName(std::string_view name) { return FromName<Verdict>(kVerdictNames, name); }

std::optional<Reason> ReasonFromName(std::string_view name) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    if (kReasons[i].name == name) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

std::string_view Name(Mode mode) { return NameOf(kModeNames, mode); }
std::optional<Mode> ModeFromName(std::string_view name) { return FromName<Mode>(kModeNames, name); }

}  // namespace picket
