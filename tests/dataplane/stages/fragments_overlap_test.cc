// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/datagram.h"
#include "tests/support/judge.h"
#include "tests/support/listing_builder.h"
#include "tests/support/parsed.h"

namespace picket {
namespace {

using Judgements = std::vector<Judgement>;

constexpr Family kFamilies[] = {Family::kIpv4, Family::kIpv6};

LinkPolicy OnOverlap(Verdict verdict) {
  LinkPolicy policy = Enforcing();
  policy.ipv4_fragments.overlap = policy.ipv6_fragments.overlap = verdict;
  return policy;
}

bool IsRemembered(Judge& judge, const Frame& frame) {
  return judge.worker().fragments.Find(FragmentKey::Of(Parsed(frame).headers, Direction::kInward), Tick()) != nullptr;
}

TEST_CASE("by default an overlap is watched in IPv4 and dropped in IPv6", "[fragments][overlap]") {
  const Datagram ipv4, ipv6{.family = Family::kIpv6};
  CHECK(Judge().Run({ipv4.First(), ipv4.Middle(8, 16)}) == Judgements{"pass none", "monitor frag_overlap"});
  CHECK(Judge().Run({ipv6.First(), ipv6.Middle(8, 16)}) == Judgements{"pass none", "drop frag_overlap"});
}

TEST_CASE("where overlaps are dropped, one condemns the whole datagram", "[fragments][overlap]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Frame> frames = {d.First(), d.Middle(8, 16), d.Middle(24), d.Last(32)};
    const Judgements expected = {"pass none", "drop frag_overlap", "drop frag_follows", "drop frag_follows"};
    CHECK(Judge(OnOverlap(Verdict::kDrop)).Run(frames) == expected);
    CHECK(Judge(OnOverlap(Verdict::kDrop)).OneByOne(frames) == expected);
  }
}

TEST_CASE("where overlaps are dropped, a repetition condemns only itself", "[fragments][overlap]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Frame> frames = {d.First(), d.First(), d.Middle(16), d.Middle(16), d.Last(24)};
    const Judgements expected = {"pass none", "drop frag_overlap", "pass none", "drop frag_overlap", "pass none"};
    CHECK(Judge(OnOverlap(Verdict::kDrop)).Run(frames) == expected);
    CHECK(Judge(OnOverlap(Verdict::kDrop)).OneByOne(frames) == expected);
  }
}

TEST_CASE("where overlaps are watched or passed, the datagram goes on", "[fragments][overlap]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Frame> frames = {d.First(), d.Middle(8, 16), d.Middle(16), d.Last(24)};
    CHECK(Judge(OnOverlap(Verdict::kMonitor)).Run(frames) ==
          Judgements{"pass none", "monitor frag_overlap", "pass none", "pass none"});
    CHECK(Judge(OnOverlap(Verdict::kPass)).Run(frames) == Judgements(4, "pass none"));
    CHECK(Judge(OnOverlap(Verdict::kMonitor)).Run({d.First(), d.Middle(16), d.Middle(16)}) ==
          Judgements{"pass none", "pass none", "monitor frag_overlap"});
  }
}

TEST_CASE("a watched overlap is still judged by reputation", "[fragments][overlap]") {
  const Datagram d;
  Judge judge(OnOverlap(Verdict::kMonitor), {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53")});
  CHECK(judge.Run({d.Middle(8, 16), d.First()}) == Judgements{"drop frag_no_first", "drop reputation_drop"});
}

TEST_CASE("fragments that touch do not overlap", "[fragments][overlap]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Frame> frames = {d.Last(40), d.Middle(24), d.First(24), d.Middle(32)};
    CHECK(Judge(OnOverlap(Verdict::kDrop)).Run(frames) == Judgements(4, "pass none"));
  }
}

TEST_CASE("a second first fragment starts its datagram anew where overlaps are not dropped", "[fragments][reuse]") {
  const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53")};
  const Datagram dns, web{.port = 80};
  for (const Verdict overlap : {Verdict::kMonitor, Verdict::kPass}) {
    const std::vector<Frame> reopened = {dns.First(), dns.Middle(16), web.First(), web.Last()};
    const Judgements open = {"drop reputation_drop", "drop frag_follows", "pass none", "pass none"};
    CHECK(Judge(OnOverlap(overlap), listings).Run(reopened) == open);
    CHECK(Judge(OnOverlap(overlap), listings).OneByOne(reopened) == open);
    const std::vector<Frame> closed = {web.First(), web.Middle(16), dns.First(), dns.Middle(16)};
    const Judgements shut = {"pass none", "pass none", "drop reputation_drop", "drop frag_follows"};
    CHECK(Judge(OnOverlap(overlap), listings).Run(closed) == shut);
    CHECK(Judge(OnOverlap(overlap), listings).OneByOne(closed) == shut);
  }
  CHECK(Judge(OnOverlap(Verdict::kDrop), listings).Run({web.First(), dns.First(), web.Last()}) ==
        Judgements{"pass none", "drop frag_overlap", "pass none"});
}

TEST_CASE("a datagram in more pieces than are tracked is scattered where overlaps are dropped",
          "[fragments][overlap]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    Judge strict(OnOverlap(Verdict::kDrop)), watching(OnOverlap(Verdict::kMonitor));
    for (uint16_t piece = 1; piece <= 8; ++piece) {
      CHECK(strict.One(d.Middle(static_cast<uint16_t>(piece * 16))) == "pass none");
      CHECK(watching.One(d.Middle(static_cast<uint16_t>(piece * 16))) == "pass none");
    }
    CHECK(strict.One(d.Middle(9 * 16)) == "drop frag_scattered");
    CHECK(watching.One(d.Middle(9 * 16)) == "pass none");
    // What joins a piece needs no room of its own.
    CHECK(strict.One(d.Middle(24)) == "pass none");
    CHECK(strict.One(d.Middle(9 * 16)) == "pass none");
  }
}

TEST_CASE("a datagram seen whole is forgotten, in any order of its pieces", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<std::vector<Frame>> orders = {{d.First(), d.Middle(16), d.Last(24)},
                                                    {d.Last(24), d.Middle(16), d.First()},
                                                    {d.Middle(16), d.Last(24), d.First()}};
    for (const std::vector<Frame>& order : orders) {
      Judge judge(OnOverlap(Verdict::kDrop));
      CHECK(judge.Run({order[0], order[1]}) == Judgements(2, "pass none"));
      CHECK(IsRemembered(judge, order[0]));
      CHECK(judge.One(order[2]) == "pass none");
      CHECK_FALSE(IsRemembered(judge, order[0]));
      // Its id is free for the next.
      CHECK(judge.Run(order) == Judgements(3, "pass none"));
    }
  }
}

TEST_CASE("a refused datagram is not forgotten when it is whole", "[fragments]") {
  for (const Family family : kFamilies) {
    const Datagram d{.family = family};
    const std::vector<Listing> listings = {List(Tier::kFeed, "192.0.2.1", Verdict::kDrop, "udp/53"),
                                           List(Tier::kFeed, "2001:db8::1", Verdict::kDrop, "udp/53")};
    Judge judge(OnOverlap(Verdict::kDrop), listings);
    CHECK(judge.Run({d.Last(), d.First()}) == Judgements{"drop frag_no_first", "drop reputation_drop"});
    CHECK(IsRemembered(judge, d.First()));
    CHECK(judge.One(d.Last()) == "drop frag_follows");
  }
}

TEST_CASE("atomic fragments are not tracked", "[fragments]") {
  const Datagram d{.family = Family::kIpv6};
  Judge judge(OnOverlap(Verdict::kDrop), {List(Tier::kFeed, "2001:db8::1", Verdict::kMonitor, "udp/53")});
  CHECK(judge.Run({d.Atomic(), d.Atomic()}) == Judgements(2, "monitor reputation_monitor"));
  CHECK_FALSE(IsRemembered(judge, d.Atomic()));
}

TEST_CASE("pieces that come in on both sides are of two datagrams", "[fragments]") {
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const Datagram d{.family = family};
    Judge judge(Enforcing(), {List(Tier::kFeed, "198.51.100.1", Verdict::kDrop, "udp/40000"),
                              List(Tier::kFeed, "2001:db8:ffff::1", Verdict::kDrop, "udp/40000")});
    CHECK(judge.One(d.First(), {}, Direction::kOutward) == "drop reputation_drop");
    CHECK(judge.One(d.First(), {}, Direction::kInward) == "pass none");
    CHECK(judge.One(d.Last(), {}, Direction::kInward) == "pass none");
    CHECK(judge.One(d.Last(), {}, Direction::kOutward) == "drop frag_follows");
  }
}

}  // namespace
}  // namespace picket
