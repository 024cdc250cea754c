// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <map>

#include "tests/support/datagram.h"
#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"
#include "tests/support/parse_cases.h"

namespace picket {
namespace {

// What leads to a reason: the last of the frames gets it.
struct ReasonCase {
  LinkPolicy policy = Enforcing();
  std::vector<Listing> listings = {};
  std::vector<Frame> frames = {PacketBuilder().Ipv4().Udp()};
  Direction from = Direction::kInward;
};

// Of the last frame.
Judgement Judged(const ReasonCase& c) { return Judge(c.policy, c.listings).Run(c.frames, {}, c.from).back(); }

ReasonCase ListedAs(Verdict verdict, Tier tier = Tier::kFeed) {
  return {.listings = {List(tier, "192.0.2.1", verdict)}};
}

void AddModeCases(std::map<Reason, ReasonCase>& cases) {
  cases[Reason::kNone] = {};
  cases[Reason::kModeOff].policy.mode = Mode::kOff;
}

void AddAntiSpoofCases(std::map<Reason, ReasonCase>& cases) {
  ReasonCase& inside = cases[Reason::kSpoofedInside];
  inside.policy.anti_spoof = {Verdict::kDrop, {*ParsePrefix("192.0.2.1")}, {}};
  ReasonCase& outside = cases[Reason::kSpoofedOutside];
  outside.policy.anti_spoof = {Verdict::kDrop, {*ParsePrefix("192.0.2.2")}, {}};
  outside.from = Direction::kOutward;
}

void AddFragmentCases(std::map<Reason, ReasonCase>& cases) {
  const Datagram d{.family = Family::kIpv6};
  const std::vector<Listing> scoped = {List(Tier::kFeed, "2001:db8::1", Verdict::kDrop, "udp/53")};
  cases[Reason::kFragPolicy] = {.frames = {d.Last()}};
  cases[Reason::kFragPolicy].policy.ipv6_fragments.handling = FragmentHandling::kDrop;
  cases[Reason::kFragOverlap] = {.frames = {d.First(), d.Middle(8, 16)}};
  cases[Reason::kFragFollows] = {.listings = scoped, .frames = {d.First(), d.Last()}};
  cases[Reason::kFragNoFirst] = {.listings = scoped, .frames = {d.Last()}};
  cases[Reason::kFragScattered].frames.clear();
  for (uint16_t piece = 1; piece <= 9; ++piece) {
    cases[Reason::kFragScattered].frames.push_back(d.Middle(static_cast<uint16_t>(piece * 16)));
  }
}

void AddReputationCases(std::map<Reason, ReasonCase>& cases) {
  cases[Reason::kNeverBlock] = ListedAs(Verdict::kPass, Tier::kNeverBlock);
  cases[Reason::kReputationPass] = ListedAs(Verdict::kPass);
  cases[Reason::kReputationAllow] = ListedAs(Verdict::kAllow);
  cases[Reason::kReputationMonitor] = ListedAs(Verdict::kMonitor);
  cases[Reason::kReputationChallenge] = ListedAs(Verdict::kChallenge);
  cases[Reason::kReputationConfine] = ListedAs(Verdict::kConfine);
  cases[Reason::kReputationDecoy] = ListedAs(Verdict::kDecoy);
  cases[Reason::kReputationDropNew] = ListedAs(Verdict::kDropNew);
  cases[Reason::kReputationDrop] = ListedAs(Verdict::kDrop);
  ReasonCase& tolerated = cases[Reason::kPortUnknown];
  tolerated.policy.malformed[Reason::kIpv4SourceRoute] = Verdict::kPass;
  tolerated.listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53")};
  tolerated.frames = {PacketBuilder().Ipv4({.options = {131, 3, 4, 0}}).Udp()};
  ReasonCase& limit = cases[Reason::kReputationLimit];
  limit.policy.rate_classes = {{.name = "one", .rate_per_s = 1, .burst = 1}};
  limit.listings = {Rated(0, List(Tier::kFeed, "192.0.2.1", Verdict::kLimit))};
  limit.frames.push_back(limit.frames.front());
}

std::map<Reason, ReasonCase> Cases() {
  std::map<Reason, ReasonCase> cases;
  AddModeCases(cases);
  for (const ParseCase& c : AllParseCases()) cases[c.reason] = {.frames = {c.frame}};
  AddAntiSpoofCases(cases);
  AddFragmentCases(cases);
  AddReputationCases(cases);
  return cases;
}

TEST_CASE("every reason has a case in which the pipeline gives it", "[pipeline][reasons]") {
  const std::map<Reason, ReasonCase> cases = Cases();
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const std::string name(Name(reason));
    INFO("add a ReasonCase or ParseCase for " << name);
    const auto found = cases.find(reason);
    CHECK(found != cases.end());
    if (found == cases.end()) continue;
    const ReasonCase& c = found->second;
    const Judgement judged = Judged(c);
    CHECK(judged.substr(judged.find(' ') + 1) == name);
  }
}

TEST_CASE("a refusal drops in mode enforce, and a note forwards", "[pipeline][reasons]") {
  for (const auto& [reason, c] : Cases()) {
    const Judgement judged = Judged(c);
    INFO(judged);
    const Verdict verdict = *VerdictFromName(judged.substr(0, judged.find(' ')));
    if (Info(reason).kind == ReasonKind::kNote) CHECK(Forwards(verdict));
    if (Info(reason).kind == ReasonKind::kRefuse) CHECK(Drops(verdict));
    if (Info(reason).kind == ReasonKind::kMalformed) CHECK(verdict == MalformedPolicy()[reason]);
  }
}

TEST_CASE("in mode monitor every reason is the same and nothing is refused", "[pipeline][reasons][mode]") {
  for (const auto& [reason, c] : Cases()) {
    if (reason == Reason::kModeOff) continue;
    ReasonCase watching = c;
    watching.policy.mode = Mode::kMonitor;
    const Judgement judged = Judged(watching);
    CHECK(judged.substr(judged.find(' ') + 1) == Name(reason));
    CHECK(Forwards(*VerdictFromName(judged.substr(0, judged.find(' ')))));
  }
}

}  // namespace
}  // namespace picket
