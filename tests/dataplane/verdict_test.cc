// SPDX-License-Identifier: Apache-2.0
#include "dataplane/verdict.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

namespace picket {
namespace {

Verdict VerdictAt(size_t i) { return static_cast<Verdict>(i); }

TEST_CASE("verdicts, modes and reasons are found by their names", "[verdict]") {
  for (size_t i = 0; i < kVerdictCount; ++i) CHECK(VerdictFromName(Name(VerdictAt(i))) == VerdictAt(i));
  for (const Mode mode : {Mode::kOff, Mode::kMonitor, Mode::kEnforce}) CHECK(ModeFromName(Name(mode)) == mode);
  for (size_t i = 0; i < kReasonCount; ++i) {
    CHECK(ReasonFromName(Name(static_cast<Reason>(i))) == static_cast<Reason>(i));
  }
  CHECK_FALSE(VerdictFromName("Drop"));
  CHECK_FALSE(VerdictFromName(""));
  CHECK_FALSE(ModeFromName("on"));
  CHECK_FALSE(ReasonFromName("no_such_reason"));
}

TEST_CASE("a verdict forwards, drops, or hands the packet to a stage that answers it", "[verdict]") {
  std::set<std::string_view> forwards, drops, answers;
  for (size_t i = 0; i < kVerdictCount; ++i) {
    const Verdict v = VerdictAt(i);
    CHECK_FALSE((Forwards(v) && Drops(v)));
    (Forwards(v) ? forwards : Drops(v) ? drops : answers).insert(Name(v));
  }
  CHECK(forwards == std::set<std::string_view>{"allow", "pass", "monitor"});
  CHECK(drops == std::set<std::string_view>{"limit", "drop_new", "drop"});
  CHECK(answers == std::set<std::string_view>{"challenge", "confine", "decoy"});
}

TEST_CASE("verdicts are ordered by strength", "[verdict]") {
  const char* order[] = {"allow", "pass", "monitor", "limit", "challenge", "confine", "decoy", "drop_new", "drop"};
  for (size_t i = 0; i < kVerdictCount; ++i) CHECK(Name(VerdictAt(i)) == order[i]);
}

TEST_CASE("every reason has a name of its own, a stage and a text", "[verdict]") {
  const std::set<std::string_view> stages = {"pipeline",  "mode",       "parse",  "anti_spoof",
                                             "fragments", "reputation", "limiter"};
  std::set<std::string_view> names;
  for (const ReasonInfo& info : kReasons) {
    INFO(info.name);
    CHECK(names.insert(info.name).second);
    CHECK(std::all_of(info.name.begin(), info.name.end(),
                      [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }));
    CHECK(stages.count(info.stage) == 1);
    CHECK_FALSE(info.text.empty());
    // Only parse calls packets malformed; it never refuses by opinion.
    if (info.kind == ReasonKind::kMalformed) CHECK(info.stage == "parse");
    if (info.kind == ReasonKind::kRefuse) CHECK(info.stage != "parse");
  }
}

}  // namespace
}  // namespace picket
